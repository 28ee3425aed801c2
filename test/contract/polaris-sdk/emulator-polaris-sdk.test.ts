import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { startEmulator } from "../../../emulator/start";
import { pythonWithSdk } from "./python-environment";

const run = promisify(execFile);

const OPERATIONS = [
    "create_connection and get_connection kafka",
    "create_connection and get_connection confluent",
    "create_connection and get_connection confluent_schema_registry",
    "create_connection and get_connection kinesis",
    "create_connection and get_connection s3",
    "create_connection and get_connection azure",
    "create_connection and get_connection push_streaming",
    "list_connections",
    "update_connection",
    "test_connection",
    "describe_connections_meta",
    "create_job and describe_job streaming",
    "create_job replace_running",
    "update_job_status and describe_job_status",
    "reset_job",
    "update_job",
    "describe_job_overall_progress",
    "describe_job_logs",
    "describe_job_metrics",
    "create_table",
    "describe_table",
    "update_table",
    "list_tables",
    "get_unused_segments_for_table",
    "create_job batch",
    "create_job sql",
    "create_job delete_data",
    "create_job restore_data",
    "create_job drop_table",
    "list_jobs",
    "delete_connection",
    "wrong key and wrong project",
];

let python: string;

beforeAll(async () => {
    python = await pythonWithSdk();
}, 600_000);

it("is driven through every operation by Imply's own Python client", async () => {
    const emulator = await startEmulator({ transitionMs: 30 });
    const script = join(__dirname, "drive.py");
    const { stdout } = await run(python, [script, emulator.url, emulator.projectId, emulator.apiKey]).finally(() =>
        emulator.close(),
    );
    expect(new Set(stdout.trim().split("\n"))).toEqual(new Set(OPERATIONS));
});
