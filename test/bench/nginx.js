// nginx with lua and Redis, where it is installed (Debian: nginx libnginx-mod-http-lua lua-nginx-redis): a token is looked up in Redis for each request, over kept connections.

import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import process from 'node:process';


const modules = '/usr/lib/nginx/modules';

export async function startNginx(stage, state) {

    const binary = ['/usr/sbin/nginx', '/usr/bin/nginx'].find(existsSync);
    if (binary === undefined || !existsSync(`${modules}/ngx_http_lua_module.so`)) {
        return undefined;
    }

    const port = await findFreePort();
    const folder = join(stage.folder, 'nginx');
    mkdirSync(folder);
    const config = join(folder, 'nginx.conf');
    writeFileSync(config, configOf(folder, port, stage.upstream.url, state.socket));
    const url = `http://127.0.0.1:${port}`;
    const server = await stage.server(binary, ['-c', config, '-p', folder, '-e', join(folder, 'error.log')], async () => (await fetch(url)).status === 401);
    return { ...server, url };
}

function configOf(folder, port, upstream, socket) {

    return `
daemon off;
worker_processes 1;
${process.getuid() === 0 ? 'user root;' : ''}
pid ${folder}/nginx.pid;
load_module ${modules}/ndk_http_module.so;
load_module ${modules}/ngx_http_lua_module.so;
events { worker_connections 512; }
http {
    access_log ${folder}/access.log;
    client_body_temp_path ${folder}/body;
    proxy_temp_path ${folder}/proxy;
    fastcgi_temp_path ${folder}/fastcgi;
    uwsgi_temp_path ${folder}/uwsgi;
    scgi_temp_path ${folder}/scgi;
    keepalive_requests 1000000000;
    lua_package_path '/usr/share/lua/5.1/?.lua;/usr/share/lua/5.1/nginx/?.lua;;';
    upstream behind {
        server ${new URL(upstream).host};
        keepalive 256;
        keepalive_requests 1000000000;
    }
    server {
        listen 127.0.0.1:${port};
        location / {
            access_by_lua_block {
                local token = string.match(ngx.var.http_authorization or '', '^Bearer (.+)$')
                if not token then
                    return ngx.exit(401)
                end
                local redis = require('nginx.redis'):new()
                redis:set_timeout(500)
                assert(redis:connect('unix:${socket}'))
                local caller = redis:get('peer:' .. token)
                redis:set_keepalive(10000, 64)
                if not caller or caller == ngx.null then
                    return ngx.exit(401)
                end
                ngx.req.set_header('X-Caller-Id', caller)
                ngx.req.clear_header('Authorization')
            }
            proxy_http_version 1.1;
            proxy_set_header Connection '';
            proxy_pass http://behind;
        }
    }
}
`;
}

async function findFreePort() {

    const server = createServer();
    await new Promise((resolve) => {

        server.listen(0, '127.0.0.1', resolve);
    });
    const { port } = server.address();
    await new Promise((resolve) => {

        server.close(resolve);
    });
    return port;
}
