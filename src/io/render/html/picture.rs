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
        let begins = |with: &[u8]| bytes.starts_with(with);
        let kind = match () {
            () if begins(b"\x89PNG\r\n\x1a\n") => "image/png",
            () if begins(b"\xff\xd8\xff") => "image/jpeg",
            () if begins(b"GIF87a") || begins(b"GIF89a") => "image/gif",
            () if begins(b"RIFF") && bytes.get(8..12) == Some(b"WEBP".as_slice()) => "image/webp",
            () => return None,
        };
        Some(Self { path: path.to_owned(), kind, bytes })
    }

    /// Returns whether a document means it by an address.
    pub(super) fn is_at(&self, address: &str) -> bool {
        self.path == address
    }

    /// Returns the address that holds the picture itself.
    pub(super) fn address(&self) -> String {
        format!("data:{};base64,{}", self.kind, super::policy::base64(&self.bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_told_by_its_content() {
        let kind = |bytes: &[u8]| Picture::of("files/x", bytes.to_vec()).map(|it| it.kind);
        assert_eq!(kind(b"\x89PNG\r\n\x1a\n0"), Some("image/png"));
        assert_eq!(kind(b"\xff\xd8\xff\xe0"), Some("image/jpeg"));
        assert_eq!(kind(b"GIF89a"), Some("image/gif"));
        assert_eq!(kind(b"RIFF0000WEBPVP8"), Some("image/webp"));
        for other in [&b"<svg onload=x>"[..], b"", b"RIFF0000WAVE", b"PNG", b"<html>"] {
            assert_eq!(kind(other), None);
        }
    }
}
