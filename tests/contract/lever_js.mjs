// Calls every function of lever-js against the server at LEVER_BASE with the arguments on standard input:
// [[name, arguments], ...]. Prints [[name, answer or null, error or null], ...].
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const lever = "https://api.lever.co/v1";
const real = globalThis.fetch;
globalThis.fetch = (address, given) => {
  if (!address.startsWith(lever)) throw new Error(`somewhere else: ${address}`);
  return real(process.env.LEVER_BASE + address.slice(lever.length), given);
};

const library = await import(pathToFileURL(process.env.LEVER_JS));
const told = [];
for (const [name, given] of JSON.parse(readFileSync(0, "utf8"))) {
  try {
    told.push([name, await library[name](process.env.LEVER_KEY, given), null]);
  } catch (error) {
    told.push([name, null, `${error.name}: ${error.message}`]);
  }
}
console.log(JSON.stringify({ functions: Object.keys(library), told }));
