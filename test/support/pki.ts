import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';


/** An authority of the tests, and what it has signed: their keys are no secret. Valid until 2126. */
const files = {
    'ca.pem': `-----BEGIN CERTIFICATE-----
MIIBqTCCAU+gAwIBAgIUYvRcOJKiH+9dBBGRu0Ue5OSCTl8wCgYIKoZIzj0EAwIw
ITEfMB0GA1UEAwwWUG9zdGVybiB0ZXN0IGF1dGhvcml0eTAgFw0yNjExMjUyMjUx
MTFaGA8yMTI2MTEwMTIyNTExMVowITEfMB0GA1UEAwwWUG9zdGVybiB0ZXN0IGF1
dGhvcml0eTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABK7YQN6o0i/zTM2H96Em
PEYLSL3BjWjH9BP1edhyMlGV7mV/ZEHtwiPhffctANO3REZ8MrkQLSGOqETP3Ge6
IayjYzBhMB0GA1UdDgQWBBQxinbOzuCFFmCdMMOS6KoP46/psDAfBgNVHSMEGDAW
gBQxinbOzuCFFmCdMMOS6KoP46/psDAPBgNVHRMBAf8EBTADAQH/MA4GA1UdDwEB
/wQEAwICBDAKBggqhkjOPQQDAgNIADBFAiEA1cC5ZO6RAnE5BRAu+3GxLZq+R/28
8jBQ9I2bQzjr5q4CICmPEVr3r/xaQAM7mujyEVCKFFBkKbh2FXtxEb/x9vq8
-----END CERTIFICATE-----`,

    // For localhost and 127.0.0.1

    'server.pem': `-----BEGIN CERTIFICATE-----
MIIBtjCCAVygAwIBAgIUQ3WujOEVAS+qL4FxGgyRA7hiYCwwCgYIKoZIzj0EAwIw
ITEfMB0GA1UEAwwWUG9zdGVybiB0ZXN0IGF1dGhvcml0eTAgFw0yNjExMjUyMjUx
MTFaGA8yMTI2MTEwMTIyNTExMVowFDESMBAGA1UEAwwJbG9jYWxob3N0MFkwEwYH
KoZIzj0CAQYIKoZIzj0DAQcDQgAE8tnXYX6ZLi4pMuzuyTURX25jLm/uHU7whlHg
wrgQfhgTFp1rzCQ1xvx2nqOHC9EnZq8TLWM67conNMl5UChOT6N9MHswGgYDVR0R
BBMwEYIJbG9jYWxob3N0hwR/AAABMB0GA1UdJQQWMBQGCCsGAQUFBwMBBggrBgEF
BQcDAjAdBgNVHQ4EFgQUEIX8piA0IwwimyfvwhskyvJgYJAwHwYDVR0jBBgwFoAU
MYp2zs7ghRZgnTDDkuiqD+Ov6bAwCgYIKoZIzj0EAwIDSAAwRQIhAJykdyFsvcup
g+LqlNZTXXwOfj2J92cW7eWSGzuhdkqjAiArxQgKHqDSCXiLtAn9NO4n6MIbpcxJ
gzF9aA4JhpEbBA==
-----END CERTIFICATE-----`,
    'server.key': `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgOQDue6KEujrrbOfd
gKtDOq1UGjeAGgStMCuZJ9oPlEqhRANCAATy2ddhfpkuLiky7O7JNRFfbmMub+4d
TvCGUeDCuBB+GBMWnWvMJDXG/Haeo4cL0SdmrxMtYzrtyic0yXlQKE5P
-----END PRIVATE KEY-----`,
    'client.pem': `-----BEGIN CERTIFICATE-----
MIIBjjCCATSgAwIBAgIUQ3WujOEVAS+qL4FxGgyRA7hiYC0wCgYIKoZIzj0EAwIw
ITEfMB0GA1UEAwwWUG9zdGVybiB0ZXN0IGF1dGhvcml0eTAgFw0yNjExMjUyMjUx
MTFaGA8yMTI2MTEwMTIyNTExMVowEjEQMA4GA1UEAwwHcG9zdGVybjBZMBMGByqG
SM49AgEGCCqGSM49AwEHA0IABL841DDlKt3x+10OjqH2CFymB5GSFf4kCqJbyeZE
IDWE51ZM5jrUzhWZzXEsP9bVLsmb2iMeSWNiwCHQ9eVnWNijVzBVMBMGA1UdJQQM
MAoGCCsGAQUFBwMCMB0GA1UdDgQWBBT64nISj/fupu1qSjhDWge9NwMhaDAfBgNV
HSMEGDAWgBQxinbOzuCFFmCdMMOS6KoP46/psDAKBggqhkjOPQQDAgNIADBFAiBX
JHD+yzr6VbvOyVoh0hOTutFN0tVRNfISaVLyvOJSSwIhAOUlzMxm7VzsEQNz7/pc
N55ASsMb3gYhsUckbCCWTSz2
-----END CERTIFICATE-----`,
    'client.key': `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgIIjShJ9L3zpvhwLX
NR5eJrR+Jh6Py6mTKehHROE3VJKhRANCAAS/ONQw5Srd8ftdDo6h9ghcpgeRkhX+
JAqiW8nmRCA1hOdWTOY61M4Vmc1xLD/W1S7Jm9ojHkljYsAh0PXlZ1jY
-----END PRIVATE KEY-----`
};

export interface TestPki {
    readonly ca: string;
    readonly serverCert: string;
    readonly serverKey: string;
    readonly clientCert: string;
    readonly clientKey: string;
    remove(): Promise<void>;
}

/** Writes the certificates and keys into a folder of the test's own, and gives their paths. */
export async function writePki(): Promise<TestPki> {

    const folder = await mkdtemp(join(tmpdir(), 'postern-pki-'));
    await Promise.all(Object.entries(files).map(([name, text]) => writeFile(join(folder, name), `${text}\n`)));
    return {
        ca: join(folder, 'ca.pem'),
        serverCert: join(folder, 'server.pem'),
        serverKey: join(folder, 'server.key'),
        clientCert: join(folder, 'client.pem'),
        clientKey: join(folder, 'client.key'),
        remove: () => rm(folder, { recursive: true, force: true })
    };
}
