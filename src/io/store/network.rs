//! File systems that lie on other machines, where locks and syncs may not mean what they say.

use std::path::Path;

/// The numbers by which Linux tells such file systems (`statfs(2)`), and their names.
const KINDS: [(u64, &str); 10] = [
    (0x6969, "NFS"),
    (0x517b, "SMB"),
    (0xfe53_4d42, "SMB"),
    (0xff53_4d42, "SMB"),
    (0x5346_414f, "AFS"),
    (0x6b41_4653, "AFS"),
    (0x00c3_6400, "Ceph"),
    (0x0bd0_0bd0, "Lustre"),
    (0x0102_1997, "9P"),
    (0x7375_7245, "Coda"),
];

/// Returns the name of the network file system that a folder lies on, where it can be told that it does.
#[cfg(target_os = "linux")]
pub fn kind(folder: &Path) -> Option<&'static str> {
    let found = rustix::fs::statfs(folder).ok()?;
    // The type is as wide as the machine's words, and signed on some; the numbers have 32 bits.
    #[allow(clippy::unnecessary_cast, reason = "its type differs from machine to machine")]
    name(found.f_type as u64 & 0xffff_ffff)
}

/// Returns the name of the network file system that a folder lies on; only Linux is asked.
#[cfg(not(target_os = "linux"))]
pub fn kind(_: &Path) -> Option<&'static str> {
    None
}

#[cfg(any(target_os = "linux", test))]
fn name(number: u64) -> Option<&'static str> {
    KINDS.iter().find(|(known, _)| *known == number).map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_system_of_another_machine_is_told_by_its_number() {
        assert_eq!(name(0xff53_4d42), Some("SMB"));
        assert_eq!(name(0x6969), Some("NFS"));
        assert_eq!(name(0xef53), None, "ext4");
    }

    #[test]
    fn a_folder_of_this_machine_is_none() {
        assert_eq!(kind(&std::env::temp_dir()), None);
        assert_eq!(kind(Path::new("/no/such/folder")), None);
    }
}
