import { execFileSync } from "node:child_process";
import { createServer, type AddressInfo } from "node:net";
import path from "node:path";
import { startTestEmulator, type EmulatorUnderTest } from "../support/emulator";
import { expectEnd, Guide } from "../support/guide";
import { packPackages, type PackedPackages } from "../support/installed";
import { cleanEnv } from "../support/project";
import { manifestFor, withInstalled, type Setup } from "./program";

jest.setTimeout(300_000);

let packages: PackedPackages;
let emulator: EmulatorUnderTest;

beforeAll(async () => {
    packages = packPackages();
    emulator = await startTestEmulator();
});
afterAll(async () => {
    await emulator.close();
    packages.remove();
});

async function freePort(): Promise<number> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    return port;
}

/** Runs a compiled file; the tests in it run where they are declared. */
const runTests =
    "globalThis.test = (_, run) => run().catch((error) => { console.error(error); process.exit(1); }); require(process.argv[1]);";

const mocked = `
const connection = new polaris.KafkaConnection("orders", {
  bootstrapServers: "broker-1.example.com:9093",
  topicName: "orders",
  secrets: { type: "sasl_plain", username: "polaris", password: "test" },
});
const meta = polaris.getConnectionsMetaOutput();
pulumi.all([connection.submittedByUser, meta]).apply(([user, { externalId }]) => console.log(user.username, externalId));
`;

test("the commands of test-a-program.md, in their order, do what the guide says, and its tests pass", async () => {
    const guide = new Guide("docs/guides/test-a-program.md");
    const manifest = manifestFor(22, packages);
    const devDependencies = { ...manifest.devDependencies, "@types/jest": "30.0.0" };
    const setup: Setup = {
        ...{ node: 22, manager: "npm", args: ["install", "--prefer-offline"] },
        manifest: { ...manifest, devDependencies },
    };
    await withInstalled(emulator, packages, setup, async (stack) => {
        const fill = {
            // The test has a backend of its own.
            "pulumi login --local && ": "",
            "--save-dev imply-polaris-emulator": `--save-dev ${packages.emulator}`,
            "8585": String(await freePort()),
        };
        expect(await guide.commands(stack, { fill })).toContain("3 deleted");

        stack.write("automation.ts", guide.block("typescript"));
        stack.write("mocks.ts", `${guide.block("typescript")}${mocked}`);
        const run = (command: string, ...args: string[]) =>
            execFileSync(command, args, {
                cwd: stack.project.dir,
                encoding: "utf8",
                env: {
                    ...cleanEnv(stack.project.root, stack.project.backend),
                    ...stack.env,
                    POLARIS_API_KEY: undefined,
                },
            });
        const options = ["--outDir", "bin", "--module", "commonjs", "--target", "es2022", "--strict", "--skipLibCheck"];
        run("node", "node_modules/typescript/bin/tsc", ...options, "automation.ts", "mocks.ts");
        run("node", "-e", runTests, path.join(stack.project.dir, "bin/automation.js"));
        expect(run("node", "bin/mocks.js")).toBe("test test\n");
    });
    expectEnd(guide);
});
