// Sees to it that a real redis-server is on PATH before the tests start: installs it where it may (Debian/Ubuntu as root, Homebrew), else says what to install.

import { spawnSync } from 'node:child_process';
import process from 'node:process';


const run = (command, args, env) => spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, ...env } }).status === 0;

export const isOnPath = (command) => spawnSync('sh', ['-c', `command -v ${command}`], { stdio: 'ignore' }).status === 0;

export const ensureRedis = function () {

    if (isOnPath('redis-server') && isOnPath('redis-cli')) {
        return;
    }

    if (isOnPath('apt-get') && process.getuid?.() === 0) {
        console.log('redis-server is not on PATH: installing it with apt-get');

        // RUNLEVEL=1 keeps the package from starting a service of its own.
        const quiet = { DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
        run('apt-get', ['-q', 'update'], quiet);
        run('apt-get', ['-q', 'install', '-y', '--no-install-recommends', 'redis-server'], quiet);
    }
    else if (isOnPath('brew')) {
        console.log('redis-server is not on PATH: installing it with Homebrew');
        run('brew', ['install', 'redis']);
    }

    if (!isOnPath('redis-server') || !isOnPath('redis-cli')) {
        console.error('The tests need redis-server and redis-cli (7.0 or newer) on PATH. Install the package "redis" (Debian, Ubuntu: "apt-get install redis-server").');
        process.exit(1);
    }
};
