/** A key made by `openssl genpkey -algorithm ed25519`, for tests only. */
import { createPrivateKey } from 'node:crypto';

export const PEM = `-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIJt2JUrKm0rXkNaehPkaqvfUMMBoJ12OyECXGLF6fc3+
-----END PRIVATE KEY-----
`;
/** What `openssl pkey -pubout -outform DER | tail -c 32 | base64` says of it. */
export const APPROVER = 'ed25519:GH8gCsxoPVzQO1DQq7XYu6Zik/OKAprL8T4dPWo5fVM=';
export const KEY = createPrivateKey(PEM);
