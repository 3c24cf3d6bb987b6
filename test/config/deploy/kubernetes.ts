import { execFile, spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

import { expect } from '@hapi/code';
import * as Lab from '@hapi/lab';
import { parseAllDocuments } from 'yaml';

import type { Manifest } from '../../support/manifests.js';
import { fingerprintPolicyFiles } from '../../../gateway/policy/fingerprint.js';
import { loadPolicy } from '../../../gateway/policy/load.js';
import { checkSettings } from '../../../gateway/settings.js';
import { settingsTable } from '../../../gateway/settings/table.js';
import { warnOfSettings } from '../../../gateway/settings/warnings.js';
import { at, readManifest, readManifests, walk } from '../../support/manifests.js';


export const lab = Lab.script();
const { describe, it } = lab;

const run = promisify(execFile);
const folder = 'config/deploy/kubernetes';
const kustomization = readManifest(join(folder, 'kustomization.yaml'));
const listed = at(kustomization, 'resources') as readonly string[];
const manifests = listed.flatMap((file) => readManifests(join(folder, file)));
const find = (kind: string, name: string) => manifests.find((manifest) => manifest['kind'] === kind && at(manifest, 'metadata.name') === name);
const deployment = find('Deployment', 'postern');
const pod = at(deployment, 'spec.template.spec');
const container = at(pod, 'containers.0');
const labels = { 'app.kubernetes.io/name': 'postern' };
const hasKubectl = spawnSync('kubectl', ['version', '--client']).status === 0;

/** What the API server would not take: fields that it does not know at the places that we write to. */
const knownFields: Readonly<Record<string, readonly string[]>> = {
    Namespace: [],
    ConfigMap: ['data'],
    Deployment: ['spec'],
    Service: ['spec'],
    PodDisruptionBudget: ['spec'],
    NetworkPolicy: ['spec']
};
const versions: Readonly<Record<string, string>> = { Namespace: 'v1', ConfigMap: 'v1', Deployment: 'apps/v1', Service: 'v1', PodDisruptionBudget: 'policy/v1', NetworkPolicy: 'networking.k8s.io/v1' };
const specFields: Readonly<Record<string, readonly string[]>> = {
    Deployment: ['replicas', 'selector', 'strategy', 'template'],
    Service: ['selector', 'ports'],
    PodDisruptionBudget: ['minAvailable', 'selector'],
    NetworkPolicy: ['podSelector', 'policyTypes', 'ingress', 'egress']
};
const podFields = ['automountServiceAccountToken', 'enableServiceLinks', 'terminationGracePeriodSeconds', 'topologySpreadConstraints', 'securityContext', 'containers', 'volumes'];
const containerFields = ['name', 'image', 'args', 'envFrom', 'ports', 'startupProbe', 'readinessProbe', 'livenessProbe', 'lifecycle', 'resources', 'securityContext', 'volumeMounts'];

const unknownFields = (value: unknown, known: readonly string[]) => Object.keys(value as object).filter((field) => !known.includes(field));

describe('the Kubernetes manifests', () => {

    it('are all listed, and made of fields that there are', () => {

        expect([...listed].sort()).to.equal(readdirSync(folder).filter((file) => file.endsWith('.yaml') && file !== 'kustomization.yaml').sort());
        for (const manifest of manifests) {
            const kind = String(manifest['kind']);
            expect(manifest['apiVersion'], kind).to.equal(versions[kind]);
            expect(unknownFields(manifest, ['apiVersion', 'kind', 'metadata', ...knownFields[kind] ?? []]), kind).to.equal([]);
            expect(unknownFields(manifest['spec'] ?? {}, specFields[kind] ?? []), kind).to.equal([]);
        }

        expect(unknownFields(pod, podFields)).to.equal([]);
        expect(unknownFields(container, containerFields)).to.equal([]);
    });

    it('run two pods that are one service, and never less than one', () => {

        expect(at(deployment, 'spec.replicas')).to.equal(2);
        expect(at(deployment, 'spec.strategy.rollingUpdate')).to.equal({ maxSurge: 1, maxUnavailable: 0 });
        expect([at(deployment, 'spec.selector.matchLabels'), at(deployment, 'spec.template.metadata.labels')]).to.equal([labels, labels]);
        expect(at(find('Service', 'postern'), 'spec.selector')).to.equal(labels);
        expect(at(find('PodDisruptionBudget', 'postern'), 'spec')).to.equal({ minAvailable: 1, selector: { matchLabels: labels } });
        expect(at(find('NetworkPolicy', 'postern'), 'spec.podSelector.matchLabels')).to.equal(labels);
    });

    it('ask the ops port how a pod is, and let it finish', () => {

        const names = (at(container, 'ports') as readonly Manifest[]).map(({ name, containerPort }) => [name, containerPort]);
        expect(names).to.equal([['http', Number(settingsTable.port.default)], ['ops', Number(settingsTable.opsPort.default)]]);
        expect(['startupProbe', 'readinessProbe', 'livenessProbe'].map((probe) => at(container, `${probe}.httpGet`))).to.equal([
            { path: '/readyz', port: 'ops' }, { path: '/healthz', port: 'ops' }, { path: '/healthz', port: 'ops' }
        ]);

        const [, pause] = at(container, 'lifecycle.preStop.exec.command') as readonly string[];
        const stopMs = Number(settingsTable.stopTimeoutMs.kind.parse(settingsTable.stopTimeoutMs.default ?? ''));
        expect(Number(at(pod, 'terminationGracePeriodSeconds')) * 1_000).to.be.above(Number(pause) * 1_000 + stopMs);
    });

    it('give a pod no right that it does not need', () => {

        expect(at(pod, 'automountServiceAccountToken')).to.be.false();
        expect(at(pod, 'securityContext')).to.equal({ runAsNonRoot: true, runAsUser: 1000, runAsGroup: 1000, fsGroup: 1000, seccompProfile: { type: 'RuntimeDefault' } });
        expect(at(container, 'securityContext')).to.equal({ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } });
        expect((at(container, 'volumeMounts') as readonly Manifest[]).filter(({ readOnly }) => readOnly !== true)).to.equal([]);
        expect(at(container, 'resources.limits.memory')).to.be.a.string();
    });

    it('hold no secret, and tell the gate what it understands', () => {

        expect(manifests.filter(({ kind }) => kind === 'Secret')).to.equal([]);
        const told = at(find('ConfigMap', 'postern-settings'), 'data') as Readonly<Record<string, string>>;
        const check = checkSettings({ ...told, POSTERN_REDIS: 'rediss://postern-gate:abc@redis.data.svc:6379', POSTERN_OPS_KEY: 'k'.repeat(48) });
        expect(check.kind === 'sound' ? warnOfSettings(check.settings) : check.mistakes).to.equal([]);
        expect(Object.keys(told).filter((name) => /REDIS|OPS_KEY|DB/.test(name))).to.equal([]);
    });

    it('name what there is', () => {

        const generated = at(kustomization, 'secretGenerator') as readonly Manifest[];
        const there = [...manifests.map((manifest) => at(manifest, 'metadata.name')), ...generated.map(({ name }) => name)];
        const named = [...walk(pod)].flatMap(([path, object]) => (/(?:Ref|configMap|secret)$/.test(path) ? [object['name'] ?? object['secretName']] : []));
        expect(named).to.have.length(4);
        expect(named.filter((name) => !there.includes(name))).to.equal([]);

        const volumes = (at(pod, 'volumes') as readonly Manifest[]).map(({ name }) => name);
        expect((at(container, 'volumeMounts') as readonly Manifest[]).map(({ name }) => name)).to.equal(volumes);
    });

    it('carry a policy that can be loaded from a volume, and followed there', async () => {

        // As the kubelet lays a ConfigMap out: links to a folder that is replaced as a whole

        const root = await mkdtemp(join(tmpdir(), 'postern-kubernetes-'));
        const data = at(find('ConfigMap', 'postern-policy'), 'data') as Readonly<Record<string, string>>;
        const items = at(pod, 'volumes.0.configMap.items') as readonly { readonly key: string; readonly path: string }[];
        expect(items.map(({ key }) => key)).to.equal(Object.keys(data));
        const lay = async (version: string, change: (text: string) => string) => {

            for (const { key, path } of items) {
                await mkdir(join(root, version, dirname(path)), { recursive: true });
                await writeFile(join(root, version, path), change(data[key] ?? ''));
            }

            await symlink(version, join(root, '..data_tmp'));
            await rename(join(root, '..data_tmp'), join(root, '..data'));
        };

        await lay('..2026_1', (text) => text);
        await symlink('..data/Magento', join(root, 'Magento'));
        const policy = await loadPolicy(root);
        expect(policy.routes.map(({ url }) => url).sort()).to.equal(['/V1/customers/:customerId', '/V1/customers/me']);
        expect(policy.warnings).to.equal([]);

        const fingerprint = fingerprintPolicyFiles(root);
        const before = await fingerprint();
        await lay('..2026_2', (text) => text.replace('customers/me', 'customers/mine'));
        await rm(join(root, '..2026_1'), { recursive: true });
        expect(await fingerprint()).to.not.equal(before);
        expect((await loadPolicy(root)).routes.map(({ url }) => url).sort()).to.equal(['/V1/customers/:customerId', '/V1/customers/mine']);
        await rm(root, { recursive: true });
    });

    it('are put together by kustomize', { skip: !hasKubectl, timeout: 60_000 }, async () => {

        const copy = await mkdtemp(join(tmpdir(), 'postern-kustomize-'));
        await cp(folder, copy, { recursive: true });
        await expect(run('kubectl', ['kustomize', copy])).to.reject(/secret\.env/);
        await writeFile(join(copy, 'secret.env'), 'POSTERN_REDIS=rediss://x\nPOSTERN_OPS_KEY=y\n');
        await writeFile(join(copy, 'assertion.pem'), 'a key');
        const { stdout } = await run('kubectl', ['kustomize', copy]);
        const built = parseAllDocuments(stdout).map((document) => document.toJS() as Manifest);
        const secrets = built.filter(({ kind }) => kind === 'Secret').map((secret) => at(secret, 'metadata.name'));
        const placed = built.find(({ kind }) => kind === 'Deployment');
        expect(secrets).to.have.length(2);
        expect(secrets).to.contain([at(placed, 'spec.template.spec.containers.0.envFrom.1.secretRef.name'), at(placed, 'spec.template.spec.volumes.1.secret.secretName')]);
        expect(at(placed, 'spec.template.spec.containers.0.image')).to.equal('postern:0.1.0');
        expect(built.filter((manifest) => manifest['kind'] !== 'Namespace' && at(manifest, 'metadata.namespace') !== 'postern')).to.equal([]);
        await rm(copy, { recursive: true });
    });
});
