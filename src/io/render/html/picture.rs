//! Pictures that a page carries in itself.

/// How many bytes a picture on a page may have; larger ones are named alone.
pub const MOST_BYTES: u64 = 2 << 20;

/// A picture, told by its content: a name proves nothing, and SVG is a program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Where the document says that it is.
    path: String,
    kind: &'static str,
    bytes: Vec<u8>,
}

impl Picture {
    /// Returns the picture that some bytes are; none where they are no PNG, JPEG, GIF or WebP.
    pub fn of(path: &str, bytes: Vec<u8>) -> Option<Self> {
        Some(Self { path: path.to_owned(), kind: picture_kind(&bytes)?, bytes })
    }

    /// Returns whether a document means it by an address.
    pub(super) fn is_at(&self, address: &str) -> bool {
        self.path == address
    }

    /// Returns the address that holds the picture itself.
    pub(super) fn address(&self) -> String {
        format!("data:image/{};base64,{}", self.kind, super::policy::base64(&self.bytes))
    }
}

/// Returns which picture some bytes are, by the ending of its files; none where they are no PNG, JPEG, GIF or WebP.
pub fn picture_kind(bytes: &[u8]) -> Option<&'static str> {
    let begins = |with: &[u8]| bytes.starts_with(with);
    match () {
        () if begins(b"\x89PNG\r\n\x1a\n") => Some("png"),
        () if begins(b"\xff\xd8\xff") => Some("jpeg"),
        () if begins(b"GIF87a") || begins(b"GIF89a") => Some("gif"),
        () if begins(b"RIFF") && bytes.get(8..12) == Some(b"WEBP".as_slice()) => Some("webp"),
        () => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_told_by_its_content() {
        let kind = |bytes: &[u8]| Picture::of("files/x", bytes.to_vec()).map(|it| it.kind);
        assert_eq!(kind(b"\x89PNG\r\n\x1a\n0"), Some("png"));
        assert_eq!(kind(b"\xff\xd8\xff\xe0"), Some("jpeg"));
        assert_eq!(kind(b"GIF89a"), Some("gif"));
        assert_eq!(kind(b"RIFF0000WEBPVP8"), Some("webp"));
        for other in [&b"<svg onload=x>"[..], b"", b"RIFF0000WAVE", b"PNG", b"<html>"] {
            assert_eq!(kind(other), None);
        }
    }
}
