// Installs the npm package as a user would, and uses it: `deno task test:package`. Node.js and Bun run its program;
// esbuild, webpack and Vite bundle a page that trains in Chromium; TypeScript checks its types. Programs that are
// missing and cannot be installed are reported and skipped. --chromium PATH names a browser that is not on the PATH.

import { assert, assertEquals, assertLess, assertMatch } from "@std/assert";
import { parseArgs } from "node:util";
import { pack } from "../../tools/pack.ts";
import { checkServer } from "./server.ts";
import { browse, failed, find, Missing, output } from "../support/programs.ts";

const HERE = decodeURIComponent(new URL(".", import.meta.url).pathname);

/** The result that a page sends. */
interface Report {
  readonly failure?: string;
  readonly first: number;
  readonly last: number;
  readonly text: string;
}

/** The packages of each bundler, and the arguments with which it bundles `page.js` into `dist`. */
const BUNDLERS: Record<string, { packages: string[]; args: string[] }> = {
  esbuild: {
    packages: ["esbuild"],
    args: ["page.js", "--bundle", "--format=esm", "--outfile=dist/esbuild.js"],
  },
  webpack: {
    packages: ["webpack", "webpack-cli"],
    args: ["--mode=production", "--entry=./page.js", "--output-path=dist", "--output-filename=webpack.js"],
  },
  vite: { packages: ["vite"], args: ["build", "--outDir=dist/vite"] },
};

/** The folder in which the package and the bundlers are installed. */
class Project {
  readonly directory: string;

  constructor(directory: string) {
    this.directory = directory;
  }

  /** Installs packages. Throws `Missing` if npm cannot install them. */
  async install(...packages: string[]): Promise<void> {
    const args = ["install", "--no-audit", "--no-fund", "--loglevel=error", ...packages];
    try {
      await output("npm", args, { cwd: this.directory, seconds: 300 });
    } catch (error) {
      throw new Missing(`npm does not install ${packages.join(", ")}: ${(error as Error).message.split("\n")[0]}`);
    }
  }

  /** Runs an installed program. */
  async run(program: string, ...args: string[]): Promise<string> {
    return await output(`${this.directory}/node_modules/.bin/${program}`, args, { cwd: this.directory, seconds: 300 });
  }

  /** Returns the version of an installed package. */
  async versionOf(name: string): Promise<string> {
    return JSON.parse(await Deno.readTextFile(`${this.directory}/node_modules/${name}/package.json`)).version;
  }
}

/** Trains with the package's program in a runtime, on the corpus that the package depends on, and serves a model. */
async function testProgram(project: Project, runtime: string, name: string): Promise<string> {
  await project.install(name);
  const version = (await project.run(runtime, "--version")).trim();
  const program = `${project.directory}/node_modules/.bin/elman`;
  assertMatch(await project.run(runtime, program, "--version"), /^elman \d+\.\d+\.\d+\n$/);
  const said = await project.run(runtime, program, "train-lm", "--max-steps", "20");
  const loss = Number(said.match(/validation loss ([\d.]+)/)?.[1]);
  assertLess(loss, 3, said);
  await project.run(runtime, "make_model.js");
  await checkServer(project.directory, runtime);
  return `${version}, validation loss ${loss} after 20 steps, served a model`;
}

/** Type-checks a program that uses the package, along with the package's own types. */
async function testTypes(project: Project): Promise<string> {
  await project.install("typescript@5", "@types/node@22");
  await Deno.copyFile(`${HERE}consumer.ts`, `${project.directory}/consumer.ts`);
  const options = ["--noEmit", "--strict", "--target", "esnext", "--module", "nodenext", "--lib", "esnext,dom"];
  await project.run("tsc", ...options, "consumer.ts");
  return await project.versionOf("typescript");
}

/** Serves a page and a bundle's folder. Calls `received` with the page's result. */
function serve(directory: string, script: string, received: (report: string) => void): Deno.HttpServer<Deno.NetAddr> {
  return Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
    const { pathname } = new URL(request.url);
    if (pathname === "/report") received(await request.text());
    if (pathname === "/") {
      const body = `<!doctype html><script type="module" src="${script}"></script>`;
      return new Response(body, { headers: { "content-type": "text/html" } });
    }
    const bytes = await Deno.readFile(`${directory}${pathname}`).catch(() => undefined);
    return new Response(bytes, { headers: { "content-type": "text/javascript" } });
  });
}

/** Returns the path of the bundled script. */
async function scriptOf(directory: string, bundler: string): Promise<string> {
  if (bundler !== "vite") return `/${bundler}.js`;
  const html = await Deno.readTextFile(`${directory}/vite/index.html`);
  return `/vite${html.match(/src="([^"]+)"/)![1]}`;
}

/** Bundles a page and opens it. */
async function testBundler(project: Project, bundler: string, chromium?: string): Promise<string> {
  const { packages, args } = BUNDLERS[bundler];
  await project.install(...packages);
  await project.run(bundler, ...args);
  const browsers = chromium ? [chromium] : ["chromium", "chromium-browser", "google-chrome", "chrome"];
  const { program } = await find(browsers, "chromium");
  const { promise, resolve } = Promise.withResolvers<string>();
  const folder = `${project.directory}/dist`;
  const script = await scriptOf(folder, bundler);
  const server = serve(folder, script, resolve);
  const { hostname, port } = server.addr;
  try {
    const url = `${"http"}://${hostname}:${port}/`;
    const report: Report = JSON.parse(await browse(program, url, project.directory, promise));
    assertEquals(report.failure, undefined);
    assertLess(report.last, report.first / 2);
    const size = (await Deno.stat(folder + script)).size;
    return `${await project.versionOf(bundler)}, ${Math.round(size / 1024)} KiB, loss ${report.last.toFixed(3)}`;
  } finally {
    await server.shutdown();
  }
}

/** Makes a project with the package installed. */
async function makeProject(directory: string): Promise<Project> {
  const project = new Project(directory);
  await Deno.writeTextFile(`${directory}/package.json`, '{ "private": true, "type": "module" }');
  await Deno.writeTextFile(`${directory}/index.html`, '<!doctype html><script type="module" src="/page.js"></script>');
  for (const file of ["page.js", "make_model.js"]) await Deno.copyFile(HERE + file, `${directory}/${file}`);
  await pack(`${directory}/elman.tgz`);
  await project.install("./elman.tgz");
  return project;
}

if (import.meta.main) {
  const { chromium } = parseArgs({ options: { chromium: { type: "string" } } }).values;
  const directory = await Deno.makeTempDir();
  const project = await makeProject(directory);
  assert((await project.versionOf("@elman/elman")).length > 0);
  const failures = [
    await failed("Node.js", () => testProgram(project, "node", "node@22")),
    await failed("Bun", () => testProgram(project, "bun", "bun")),
    await failed("TypeScript", () => testTypes(project)),
  ];
  for (const bundler of Object.keys(BUNDLERS)) {
    failures.push(await failed(bundler, () => testBundler(project, bundler, chromium)));
  }
  await Deno.remove(directory, { recursive: true });
  if (failures.includes(true)) Deno.exit(1);
}
