// Fuzzes the gate for longer than the test command does, with the same code.
//
//   npm run fuzz                            a million cases
//   npm run fuzz -- 5000000                 as many as you like
//   FUZZ_SEED=12345 npm run fuzz -- 100000  those of a run before, whose failure told its seed

import { spawnSync } from 'node:child_process';
import process from 'node:process';


const [cases = '1000000'] = process.argv.slice(2);
const { status } = spawnSync('node_modules/.bin/lab', [
    '--typescript', '-a', '@hapi/code', '-m', '0', '-M', '60000', '-v', '-I', 'Symbol(undici.globalDispatcher.2)', 'test/fuzz/decisions.ts', 'test/fuzz/requests.ts', 'test/fuzz/bytes.ts', 'test/fuzz/answers.ts'
], { stdio: 'inherit', env: { ...process.env, FUZZ_CASES: cases } });
process.exit(status ?? 1);
