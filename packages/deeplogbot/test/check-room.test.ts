import { describe, expect, it } from 'vitest';
import { checkRoom, machineRoom } from '../src/steps/check-room.js';

const LARGE = { memory: 64e9, heap: 64e9 };

describe('checkRoom', () => {
  it('lets a log pass whose locations fit', () => {
    expect(() => checkRoom(1_000_000, 180, { memory: 4e9, heap: 4e9 })).not.toThrow();
    expect(() => checkRoom(1, 180)).not.toThrow();
  });

  it('says what is needed, what was found and what to do, before ten million locations fill the machine', () => {
    // 256 MB + 10⁷ · (700 + 180 · 11.2) bytes = 27.4 GB.
    expect(() => checkRoom(10_000_000, 180, { ...LARGE, memory: 25e9 })).toThrow(
      expect.objectContaining({
        code: 'TOO_MANY_LOCATIONS',
        message: expect.stringMatching(
          /10,000,000 locations; .* about 27\.4 GB of memory, and the machine has 25\.0\./,
        ),
        hint: expect.stringMatching(/minLocationDownloads.*more memory/),
      }),
    );
  });

  it('asks for less where features are on disk', () => {
    // 256 MB + 10⁷ · 450 bytes = 4.756 GB, and 64 MB + 10⁷ · 200 bytes = 2.064 GB of heap.
    expect(() => checkRoom(10_000_000, 'on disk', { memory: 4.8e9, heap: 2.1e9 })).not.toThrow();
    expect(() => checkRoom(10_000_000, 'on disk', { memory: 4.7e9, heap: 2.1e9 })).toThrow(
      /what is held of each .* 4\.8 GB/,
    );
  });

  it("looks at JavaScript's heap, too, which Node bounds by itself", () => {
    // 64 MB + 10⁷ · 350 bytes = 3.564 GB; a quarter more is 4,249 MiB.
    expect(() => checkRoom(10_000_000, 0, { ...LARGE, heap: 2e9 })).toThrow(
      expect.objectContaining({ hint: expect.stringContaining('--max-old-space-size=4249') }),
    );
  });

  it('knows the room of this machine', () => {
    const { memory, heap } = machineRoom();
    expect(Math.min(memory, heap)).toBeGreaterThan(1e8);
  });
});
