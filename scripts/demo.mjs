// `npm run demo`: the main job on the log that comes with the repository.
import { run, setUp } from './setup.mjs';

const cli = ['packages/deeplogbot/dist/cli.js', '-i', 'examples/demo/downloads.parquet', '-o', 'output/demo'];
process.exitCode = setUp() || run(process.execPath, [...cli, ...process.argv.slice(2)]);
