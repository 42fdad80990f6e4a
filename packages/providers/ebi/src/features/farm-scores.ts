import { defineDerived, float64 } from '@deeplogbot/core';

const NO_FILES = 'no row has a file name';
const NO_USERS = 'no row has a user';

/** What follows from files and users of one location. */
export const farmScores = defineDerived({
  name: 'farm_scores',
  from: [
    'unique_files',
    'file_entropy',
    'unique_versions',
    'unique_users',
    'user_homogeneity_score',
    'avg_files_per_user',
    'avg_active_days_per_user',
  ],
  columns: {
    file_exploration_score: float64({
      unit: 'bit',
      min: 0,
      meaning: 'Large where many files are read evenly.',
      formula: 'file_entropy × ln(F + 1) if F > 10, else 0',
      nullWhen: NO_FILES,
      reference: 'The constant 0.',
    }),
    file_mirroring_score: float64({
      unit: '1',
      min: 0,
      max: 10,
      meaning: 'Large where few files take all downloads.',
      formula: '1 ÷ (file_entropy + 0.1)',
      nullWhen: NO_FILES,
      reference: 'The constant 10.',
    }),
    version_concentration: float64({
      unit: '1',
      min: 0,
      max: 1,
      meaning: '1 where all versioned files have one version.',
      formula: '1 ÷ unique_versions',
      nullWhen: 'no file name has a version',
      reference: '0.5 without a version.',
    }),
    targets_latest_only: float64({
      unit: '1',
      min: 0,
      max: 1,
      meaning: '1 where exactly one version is read; which is the latest is not known.',
      formula: 'unique_versions = 1',
      nullWhen: NO_FILES,
    }),
    bot_farm_score: float64({
      unit: '1',
      min: 0,
      meaning: 'Large where many users take equally much.',
      formula: 'user_homogeneity_score × ln(U + 1) if U > 100 and user_homogeneity_score > 2, else 0',
      nullWhen: NO_USERS,
    }),
    user_authenticity_score: float64({
      unit: 'days · files',
      min: 0,
      meaning: 'Days times files of the average user.',
      formula: 'avg_active_days_per_user × avg_files_per_user',
      nullWhen: NO_USERS,
    }),
  },
  compute: (table, { definitions }) => {
    const clean = definitions === 'clean';
    const entropy = table.need('file_entropy');
    const versions = table.need('unique_versions');
    const users = table.need('unique_users');
    const unknown = clean ? Number.NaN : 0.5;
    return {
      file_exploration_score: entropy.map((h, i) =>
        table.need('unique_files')[i]! > 10 ? h * Math.log(table.need('unique_files')[i]! + 1) : h * 0,
      ),
      file_mirroring_score: entropy.map((h) => (Number.isNaN(h) ? (clean ? h : 1) : h > 0 ? 1 / (h + 0.1) : 10)),
      version_concentration: versions.map((count) =>
        count > 0 ? 1 / count : Number.isNaN(count) && clean ? count : unknown,
      ),
      targets_latest_only: versions.map((count) => (Number.isNaN(count) ? count : Number(count === 1))),
      bot_farm_score: table
        .need('user_homogeneity_score')
        .map((h, i) => (users[i]! > 100 && h > 2 ? h * Math.log(users[i]! + 1) : h * 0)),
      user_authenticity_score: table
        .need('avg_active_days_per_user')
        .map((days, i) => days * table.need('avg_files_per_user')[i]!),
    };
  },
});
