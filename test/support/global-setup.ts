import { findPulumi, withCli } from "../../tools/pulumi-cli/find.js";
import { ensureBuild } from "../../tools/prepare.js";
import { repository } from "./project";

/** Makes sure that there are a compiled provider and a `pulumi` command; jest's workers inherit the PATH. */
export default async function globalSetup(): Promise<void> {
    ensureBuild(repository);
    process.env.PATH = withCli(await findPulumi(), process.env).PATH;
}
