import type { Settings } from './table.js';


const loopback = /^(?:127\.[\d.]+|::1|localhost)$/i;

/** What an operator may not have meant, and what does not keep the gate from starting. */
export function warnOfSettings({ opsHost, opsKey }: Settings): readonly string[] {

    const isOpen = !loopback.test(opsHost) && opsKey === undefined;
    return isOpen ? [`POSTERN_OPS_HOST was "${opsHost}" and POSTERN_OPS_KEY is not set: whoever reaches that address may ask what operators may`] : [];
}
