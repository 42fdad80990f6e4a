import { describe, expect, it } from 'vitest';
import { areRunners, isHammering, isInsisting, isLooping, isPolling, isRepetitive } from '../../src/deep/repetition.js';
import { row } from './rows.js';

describe('what is fetched again and again', () => {
  it('is a job where each file is fetched once a run', () => {
    const build = { unique_users: 1, num_sessions: 200, total_downloads: 800, unique_files: 8, unique_projects: 2 };
    expect(isRepetitive(row(build))).toBe(true);
    expect(isRepetitive(row({ ...build, unique_files: 300 }))).toBe(false);
    expect(isRepetitive(row({ ...build, unique_projects: 300 }))).toBe(false); // one name in every data set
    expect(isRepetitive(row({ ...build, unique_users: 30 }))).toBe(false);
    expect(isRepetitive(row({ ...build, unique_files: Number.NaN }))).toBe(true); // 100 visits a data set
    const shared = { ...build, unique_users: 5, unique_files: Number.NaN, unique_projects: 12 };
    expect(isRepetitive(row({ ...shared, total_downloads: 700, num_sessions: 230 }))).toBe(false); // each may take other files
    expect(isRepetitive(row({ ...shared, total_downloads: 720, num_sessions: 240 }))).toBe(true);
    const single = { unique_users: 1, unique_files: 1, unique_projects: 1, total_downloads: 80 };
    expect(isRepetitive(row({ ...single, num_sessions: 20 }))).toBe(true);
    expect(isRepetitive(row({ ...single, num_sessions: 19 }))).toBe(false); // somebody who lost it some times
    expect(isRepetitive(row({}))).toBe(false);
  });

  it('is a loop where one file is fetched many times a visit, or at all hours by no timetable', () => {
    const loop = { unique_users: 1, unique_files: 1, unique_projects: 1, total_downloads: 600, hourly_entropy: 1 };
    expect(isHammering(row({ ...loop, num_sessions: 2, downloads_per_session: 300 }))).toBe(true);
    expect(isHammering(row({ ...loop, unique_files: 200, num_sessions: 2, downloads_per_session: 300 }))).toBe(false);
    expect(isHammering(row({ ...loop, unique_files: Number.NaN, num_sessions: 2, downloads_per_session: 300 }))).toBe(
      false, // a data set of 300 files
    );
    const drops = { ...loop, num_sessions: 580, downloads_per_session: 1.03, hourly_entropy: 3.15 };
    expect(isHammering(row(drops))).toBe(true);
    expect(isHammering(row({ ...drops, inter_session_regularity: 20 }))).toBe(false); // a monitor or a build on a timer
    expect(isHammering(row({ ...drops, hourly_entropy: 2.4 }))).toBe(false); // builds of working hours
    expect(isHammering(row({ ...drops, hourly_entropy: Number.NaN }))).toBe(false);
    expect(isHammering(row({ ...drops, unique_users: 60 }))).toBe(false); // what everybody wants
    const nothing = { unique_files: Number.NaN, unique_projects: Number.NaN };
    expect(isHammering(row({ ...drops, ...nothing }))).toBe(false); // nobody knows what was fetched
    const several = { ...drops, unique_files: 29 };
    expect(isHammering(row(several))).toBe(true); // a client that tries again and again, whatever it wants
    expect(isHammering(row({ ...several, unique_files: 31 }))).toBe(false); // less than twenty times each
    expect(isHammering(row({ ...several, num_sessions: 300, downloads_per_session: 2 }))).toBe(false); // a build
    const sets = { ...several, unique_files: Number.NaN, unique_projects: 29 };
    expect(isHammering(row(sets))).toBe(false); // data sets fetched file by file
    expect(isHammering(row({}))).toBe(false);
  });

  it('is a loop of several files where each is fetched many times a visit, by no timetable', () => {
    const loop = { unique_users: 1, unique_files: 6, unique_projects: 1, total_downloads: 300, hourly_entropy: 1.8 };
    const tries = { ...loop, num_sessions: 5, active_days: 3, downloads_per_session: 60 };
    expect(isHammering(row(tries))).toBe(true);
    expect(isHammering(row({ ...tries, num_sessions: 12, downloads_per_session: 25 }))).toBe(false);
    expect(isHammering(row({ ...tries, num_sessions: 8, inter_session_regularity: 40 }))).toBe(false); // a nightly test
    expect(isHammering(row({ ...tries, unique_files: Number.NaN, unique_projects: 6 }))).toBe(false);
  });

  it.each([
    ['on a timer', {}, true],
    ['under ten names', { unique_users: 10 }, true],
    ['under more, as a crowd has', { unique_users: 11 }, false],
    ['a few files, as a build needs', { unique_files: 3 }, false],
    ['files that are not known', { unique_files: Number.NaN }, false],
    ['a data set each, under one name', { unique_projects: 3 }, false],
    ['twice at a visit', { downloads_per_session: 1.5 }, false],
    ['in the hours of a few jobs a day', { hourly_entropy: 1.4 }, false],
    ['somebody who waits', { num_sessions: 39 }, false],
  ])('is a check of a server: one file at all hours, %s', (_, values, wanted) => {
    const check = { unique_users: 1, unique_files: 1, unique_projects: 1, num_sessions: 900, downloads_per_session: 1 };
    expect(isPolling(row({ ...check, inter_session_regularity: 100, hourly_entropy: 3.17, ...values }))).toBe(wanted);
  });

  it.each([
    ['machines of a build', {}, true],
    ['one or two, which are judged by how often each file comes', { unique_users: 3 }, false],
    ['more files than a build needs', { unique_files: 7 }, false],
    ['files that are not known', { unique_files: Number.NaN }, false],
    ['a month that is not over', { active_days: 29 }, false],
    ['few visits', { num_sessions: 59 }, false],
    ['names that change, as those of a course', { avg_active_days_per_user: 2.5 }, false],
    ['people, who keep what they have', { downloads_per_user: 14 }, false],
  ])('is a build that runs on several machines: %s', (_, values, wanted) => {
    const machines = { unique_users: 40, unique_files: 4, unique_projects: 1, active_days: 200, num_sessions: 500 };
    expect(areRunners(row({ ...machines, avg_active_days_per_user: 9, downloads_per_user: 35, ...values }))).toBe(
      wanted,
    );
  });

  it('is no person, even where it is too little to tell what else', () => {
    const few = { unique_files: 1, unique_projects: 1, total_downloads: 9, num_sessions: 8 };
    expect(isInsisting(row(few))).toBe(true);
    expect(isInsisting(row({ ...few, num_sessions: 2 }))).toBe(false); // a transfer that broke
    expect(isInsisting(row({ ...few, unique_files: 9 }))).toBe(false);
    expect(isInsisting(row({ ...few, unique_files: Number.NaN }))).toBe(false);
  });
});

describe('isLooping', () => {
  /** Three clients that fetch four files a hundred times each within five weeks of three years, by night. */
  const LOOP = {
    unique_users: 3,
    unique_files: 4,
    unique_projects: 1,
    total_downloads: 400,
    lifespan_days: 35,
    active_days: 25,
    num_sessions: 120,
    inter_session_regularity: 1,
    hourly_entropy: 1.8,
  };

  it.each([
    ['a loop of some weeks', LOOP, true],
    ['a build, which runs for as long as what it builds', { ...LOOP, lifespan_days: 600 }, false],
    ['the nightly job of a month', { ...LOOP, inter_session_regularity: 20 }, false],
    ['a loop on a timer of some days', { ...LOOP, inter_session_regularity: 20, active_days: 6 }, true],
    ['the same, before it is a job', { ...LOOP, inter_session_regularity: 20, active_days: 19 }, true],
    ['the same, from then on', { ...LOOP, inter_session_regularity: 20, active_days: 20 }, false],
    ['somebody who takes many files', { ...LOOP, unique_files: 11 }, false],
    ['less than fifteen times each', { ...LOOP, total_downloads: 59 }, false],
    ['too little', { ...LOOP, unique_files: 1, total_downloads: 40 }, false],
    ['what everybody wants', { ...LOOP, unique_users: 6 }, false],
    ['a log without files', { ...LOOP, unique_files: Number.NaN }, false],
    ['what cannot be measured', {}, false],
  ])('%s', (_, values, wanted) => {
    expect(isLooping(row(values), 1000)).toBe(wanted);
  });
});
