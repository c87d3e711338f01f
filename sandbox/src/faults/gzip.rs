//! A small body that unpacks to a large one (RFC 1951, RFC 1952).

/// Bits in the order in which deflate packs them: from the lowest of each byte.
struct Bits {
    bytes: Vec<u8>,
    waiting: u32,
    count: u32,
}

impl Bits {
    fn push(&mut self, bits: u32, count: u32) {
        self.waiting |= bits << self.count;
        self.count += count;
        while self.count >= 8 {
            self.bytes.push(u8::try_from(self.waiting & 0xff).unwrap_or_default());
            self.waiting >>= 8;
            self.count -= 8;
        }
    }
}

/// A gzip member of about `size` spaces, 150 times smaller than they are. The check value at its end is wrong: whoever
/// comes that far has read too much already.
pub(crate) fn bomb(size: u64) -> Vec<u8> {
    let header = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    let mut bits = Bits { bytes: header, waiting: 0, count: 0 };
    // The last block, of fixed codes.
    bits.push(0b011, 3);
    // A space; codes stand with their highest bit first.
    bits.push((0b0011_0000_u32 + 0x20).reverse_bits() >> 24, 8);
    for _ in 0..size / 258 {
        // The same again, 258 times: length code 285, distance code 0.
        bits.push(0b1100_0101_u32.reverse_bits() >> 24, 8);
        bits.push(0, 5);
    }
    // The end of the block, and zeros up to the next byte.
    bits.push(0, 7);
    bits.push(0, (8 - bits.count) % 8);
    let mut bytes = bits.bytes;
    bytes.extend([0; 4]);
    bytes.extend(u32::try_from(size / 258 * 258 + 1).unwrap_or_default().to_le_bytes());
    bytes
}
