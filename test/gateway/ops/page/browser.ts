import { existsSync, mkdirSync } from 'node:fs';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';

import type { TestGateway } from '../../../support/gateway.js';
import { startTestGateway } from '../../../support/gateway.js';
import { startShadowGateway } from '../../../support/shadow.js';
import { until } from '../../../support/until.js';
import { startUpstream } from '../../../support/upstream.js';


export const lab = Lab.script();
const { after, before, describe, it } = lab;

const executablePath = '/usr/bin/chromium';
const quiet = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
const pictures = 'coverage/ops-page';

describe('the ops page in Chromium', { skip: !existsSync(executablePath), timeout: 60_000 }, () => {

    let gate: TestGateway;
    let browser: Browser;

    before(async () => {

        mkdirSync(pictures, { recursive: true });
        gate = await startTestGateway();
        browser = await chromium.launch({ executablePath, args: quiet });
        const token = await gate.logIn('customer');
        await gate.logIn('customer');
        await gate.fetch('/rest/V1/customers/7', { token });
        await gate.fetch('/rest/V1/customers/me');
        await gate.fetch('/rest/V1/nowhere/at/all');
    });

    after(async () => {

        await browser.close();
        await gate.stop();
    });

    const open = async (path: string, options: Parameters<Browser['newPage']>[0] = {}, opsUrl = gate.opsUrl): Promise<{ readonly page: Page; readonly faults: readonly string[] }> => {

        const page = await browser.newPage(options);
        const faults: string[] = [];
        page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
        page.on('pageerror', ({ message }) => faults.push(message));
        await page.goto(`${opsUrl}${path}`);
        return { page, faults };
    };

    it('is worked with by keyboard alone: search, end a session', async () => {

        const { page, faults } = await open('/');
        await page.keyboard.press('/');
        await page.keyboard.type('customer:7');
        await page.keyboard.press('Enter');
        await page.waitForSelector('#sessions');
        await page.screenshot({ path: `${pictures}/wide.png`, fullPage: true });
        expect(await page.locator('#sessions tbody tr').count()).to.equal(2);

        page.on('dialog', (dialog) => void dialog.accept());
        await page.locator('#sessions button').first().focus();
        await page.keyboard.press('Enter');
        await page.waitForSelector('[role=status]');
        expect(await page.locator('[role=status]').textContent()).to.equal('Ended: 1 of customer:7.');
        expect(await page.locator('#sessions tbody tr').count()).to.equal(1);
        expect(await gate.sessions.list('customer', '7')).to.have.length(1);
        expect(faults).to.equal([]);
        await page.close();
    });

    it('filters what was refused, and explains a call', async () => {

        const { page, faults } = await open('/');
        await page.fill('#filter', 'unknown-route');
        await until(async () => await page.locator('#refused tbody tr:visible').count() === 1);
        await page.fill('[name=target]', '/rest/V1/customers/me');
        await page.fill('[name=as]', 'customer:7');
        await page.keyboard.press('Enter');
        await page.waitForSelector('pre');
        expect(String(await page.locator('pre').textContent())).to.contain('GET /V1/customers/me');
        expect(faults).to.equal([]);
        await page.close();
    });

    it('fits 360 px, in the dark as in the light', async () => {

        for (const colorScheme of ['dark', 'light'] as const) {
            const { page, faults } = await open('/?caller=customer:7&target=/rest/V1/customers/me', { viewport: { width: 360, height: 740 }, colorScheme });
            const [width, ink, paper] = await page.evaluate<readonly [width: number, ink: string, paper: string]>('[document.documentElement.scrollWidth, getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor]');
            await page.screenshot({ path: `${pictures}/narrow-${colorScheme}.png`, fullPage: true });
            expect(width).to.be.at.most(360);
            expect([ink, paper]).to.equal(colorScheme === 'dark' ? ['rgb(228, 232, 236)', 'rgb(20, 24, 28)'] : ['rgb(28, 33, 38)', 'rgb(251, 251, 248)']);
            expect(faults).to.equal([]);
            await page.close();
        }
    });

    it('shows where the shadow mode finds differences, in whatever width', async () => {

        const refusal = { message: 'The consumer isn\'t authorized to access %resources.', parameters: { resources: 'Magento_Backend::all' } };
        const upstream = await startUpstream(({ target }, response) => {

            const isRefused = target.endsWith('/currency');
            response.writeHead(isRefused ? 401 : 200, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(isRefused ? refusal : {}));
        });
        const shadow = await startShadowGateway(upstream.url);
        for (const path of ['/rest/V1/directory/currency', '/rest/default/V1/customers/me', '/rest/V1/no/such/route', '/rest/V1/customers/me', '/rest/V1/directory/countries']) {
            await shadow.compare(path);
        }

        for (const [name, width, colorScheme] of [['wide', 1_280, 'light'], ['wide-dark', 1_280, 'dark'], ['narrow', 360, 'light']] as const) {
            const { page, faults } = await open('/', { viewport: { width, height: 740 }, colorScheme }, shadow.opsUrl);
            const summaries = page.locator('.difference > summary');
            await summaries.first().focus();
            await page.keyboard.press('Enter');
            await page.locator('.difference dd').first().waitFor({ state: 'visible' });
            await page.locator('#routes-title').click();
            await page.screenshot({ path: `${pictures}/shadow-${name}.png`, fullPage: true });
            expect(String(await page.locator('.difference').first().textContent())).to.contain('the upstream').and.contain('to do');
            expect(await page.evaluate<number>('document.documentElement.scrollWidth')).to.be.at.most(width);
            expect(faults).to.equal([]);
            await page.close();
        }

        await shadow.stop();
        await upstream.stop();
    });

    it('does all but the filter without script', async () => {

        const context = await browser.newContext({ javaScriptEnabled: false });
        const page = await context.newPage();
        await page.goto(`${gate.opsUrl}/?caller=customer:7`);
        await page.locator('text=End all').click();
        await page.waitForURL(/ended=/);
        expect(await gate.sessions.list('customer', '7')).to.equal([]);
        await context.close();
    });
});
