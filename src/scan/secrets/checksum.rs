//! Checksums that some tokens carry.

/// How the end of a token follows from its beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Checksum {
    /// The last six characters are the CRC-32 of the others without prefix, in base 62.
    Base62,
}

const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// Characters of a checksum.
const LENGTH: usize = 6;

impl Checksum {
    /// Whether `rest`, the token without its prefix, ends with the right checksum.
    pub(super) fn holds(self, rest: &str) -> bool {
        let Self::Base62 = self;
        let Some((body, sum)) = rest.len().checked_sub(LENGTH).and_then(|at| rest.split_at_checked(at)) else {
            return false;
        };
        let mut value = u64::from(crc32(body.as_bytes()));
        let mut digits = [b'0'; LENGTH];
        for digit in digits.iter_mut().rev() {
            *digit = DIGITS[usize::try_from(value % 62).unwrap_or(0)];
            value /= 62;
        }
        digits == sum.as_bytes()
    }
}

/// The checksum of ZIP, PNG, and Ethernet.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0_u32, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| if sum & 1 == 1 { (sum >> 1) ^ 0xedb8_8320 } else { sum >> 1 })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksums_are_computed_as_the_services_do() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        // The first token without a meaning that carries its checksum: thirty zeros.
        let body = "0".repeat(30);
        let sums: Vec<String> = (0..2).map(|odd| format!("{body}{odd}00000")).collect();
        assert!(sums.iter().all(|token| !Checksum::Base62.holds(token)), "invented tokens do not check");
        let value = u64::from(crc32(body.as_bytes()));
        let digit = |power: u32| char::from(DIGITS[usize::try_from(value / 62_u64.pow(power) % 62).unwrap()]);
        let right: String = (0..6).rev().map(digit).collect();
        assert!(Checksum::Base62.holds(&format!("{body}{right}")));
        assert!(!Checksum::Base62.holds("short"));
    }
}
