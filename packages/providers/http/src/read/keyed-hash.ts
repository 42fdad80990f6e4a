import { hash } from 'node:crypto';

const BLOCK = 64;

/** HMAC-SHA-256 (RFC 2104) under one key, cut to 128 bits, in hexadecimal. Two digests each, without an object per call. */
export function keyedHash(key: string): (text: string) => string {
  const bytes = Buffer.from(key, 'utf8');
  const short = bytes.length > BLOCK ? hash('sha256', bytes, 'buffer') : bytes;
  const block = Buffer.alloc(BLOCK);
  short.copy(block);
  const inner = Buffer.from(block.map((byte) => byte ^ 0x36));
  const outer = Buffer.from(block.map((byte) => byte ^ 0x5c));
  return (text) => {
    const within = hash('sha256', Buffer.concat([inner, Buffer.from(text, 'utf8')]), 'buffer');
    return hash('sha256', Buffer.concat([outer, within]), 'hex').slice(0, 32);
  };
}
