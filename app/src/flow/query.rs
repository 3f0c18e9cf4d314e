//! Percent-encoding of query values, without a URL library in the browser's download.

/// Encodes a value for a query string: everything but unreserved characters becomes `%XX`.
///
/// ```
/// assert_eq!(thyra::encode_query_value("ada@example.com & co"), "ada%40example.com%20%26%20co");
/// ```
pub fn encode_query_value(value: &str) -> String {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    let mut encoded = String::with_capacity(value.len());
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            encoded.push(char::from(byte));
        } else {
            encoded.push('%');
            encoded.push(char::from(DIGITS[usize::from(byte >> 4)]));
            encoded.push(char::from(DIGITS[usize::from(byte & 15)]));
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_end_a_value_early_is_encoded() {
        assert_eq!(
            encode_query_value("a&b=c#d?e/f+g %"),
            "a%26b%3Dc%23d%3Fe%2Ff%2Bg%20%25"
        );
        assert_eq!(encode_query_value("é"), "%C3%A9");
        assert_eq!(encode_query_value("AZaz09-._~"), "AZaz09-._~");
    }
}
