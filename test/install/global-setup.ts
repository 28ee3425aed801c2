import globalSetup from "../support/global-setup";
import { installTools } from "./tools";

export default async function installSetup(): Promise<void> {
    installTools();
    await globalSetup();
}
