import { totalmem } from 'node:os';
import { constrainedMemory } from 'node:process';
import { getHeapStatistics } from 'node:v8';
import { InputError } from '@deeplogbot/core';

/** What a process can have at most, bytes. */
export interface Room {
  /** Memory of the machine, or of the container that it runs in. */
  readonly memory: number;
  /** Objects of JavaScript; a part of it. */
  readonly heap: number;
}

/** Resident memory of a run whose log has one location, and objects of JavaScript in it. */
const PROGRAM = { memory: 256e6, heap: 64e6 };

/** What a location takes besides its features: names, verdict, reasons, a row of each table. Measured at 200,000 and 1,000,000 locations. */
const LOCATION = { memory: 700, heap: 350 };

/** The same where features are on disk and texts are bytes. Measured at 1,861,000 clients of an access log: 185 bytes of columns, 45 of objects; the rest is for verdicts that few share. */
const LOCATION_ON_DISK = { memory: 450, heap: 200 };

/** A feature is a number, and the score of anomalies works on a copy of two fifths of them. */
const FEATURE = 8 * 1.4;

export function machineRoom(): Room {
  const constrained = constrainedMemory?.() || Number.POSITIVE_INFINITY;
  return { memory: Math.min(totalmem(), constrained), heap: getHeapStatistics().heap_size_limit };
}

/**
 * Stops a run whose locations cannot fit, before anything is made for each of them. Features of a location are held, not its rows, which
 * spill: so `memoryLimit` helps nothing here.
 *
 * @param features - columns of the table of features that memory holds; `on disk` where it holds none of many locations.
 * @throws InputError `TOO_MANY_LOCATIONS`.
 */
export function checkRoom(locations: number, features: number | 'on disk', room: Room = machineRoom()): void {
  const [held, columns] = features === 'on disk' ? [LOCATION_ON_DISK, 0] : [LOCATION, features];
  const memory = PROGRAM.memory + locations * (held.memory + columns * FEATURE);
  const heap = PROGRAM.heap + locations * held.heap;
  if (memory <= room.memory && heap <= room.heap) return;
  const short = memory > room.memory;
  const [needed, found] = short ? [memory, room.memory] : [heap, room.heap];
  const what = short ? 'of memory, and the machine has' : "of JavaScript's heap, and Node allows";
  throw new InputError(
    'TOO_MANY_LOCATIONS',
    `The log has ${locations.toLocaleString('en')} locations; ${features === 'on disk' ? 'what is held' : `${features} features`} of each and its verdict take about ${gigabytes(needed)} GB ${what} ${gigabytes(found)}.`,
    {
      hint: `Raise minLocationDownloads, give a sampleSize, map locationField to something coarser, or ${
        short
          ? 'use a machine with more memory.'
          : `set NODE_OPTIONS=--max-old-space-size=${Math.ceil((1.25 * heap) / 2 ** 20)}.`
      }`,
    },
  );
}

const gigabytes = (bytes: number): string => (bytes / 1e9).toFixed(1);
