// How many passwords better-auth's own hash verifies in a second here, as many at once as connections load its server.
import { hashPassword, verifyPassword } from 'better-auth/crypto';

const [atOnce, warmUpMs, lastingMs] = process.argv.slice(2).map(Number);
const password = 'correct horse battery 9';
const hash = await hashPassword(password);

async function verifyFor(milliseconds) {
  const end = performance.now() + milliseconds;
  let count = 0;
  const worker = async () => {
    for (; performance.now() < end; count++) await verifyPassword({ hash, password });
  };
  const started = performance.now();
  await Promise.all(Array.from({ length: atOnce }, worker));
  return (count * 1_000) / (performance.now() - started);
}

await verifyFor(warmUpMs);
console.log(await verifyFor(lastingMs));
