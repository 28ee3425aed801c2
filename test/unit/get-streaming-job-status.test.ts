import { getStreamingJobStatus } from "../../provider";
import type { Project } from "../../provider";

const notAProject: unknown = { projectId: "0f3a8a52-6c0e-4b0b-9b52-5f0b0b8f6d10" };

beforeAll(() => {
    for (const name of Object.keys(process.env)) {
        if (name.startsWith("POLARIS_")) Reflect.deleteProperty(process.env, name);
    }
});

test.each([{}, { tableName: "" }, { tableName: "orders", jobId: "0f3a8a52-6c0e-4b0b-9b52-5f0b0b8f6d10" }])(
    "refuses %j, as it names no job or two",
    async (args) => {
        await expect(getStreamingJobStatus(args)).rejects.toThrow(
            "getStreamingJobStatus: give either tableName or jobId. [PolarisArgumentInvalid]",
        );
    },
);

test("refuses a project that is no Project, and reports a configuration that is missing", async () => {
    await expect(getStreamingJobStatus({ tableName: "orders", project: notAProject as Project })).rejects.toThrow(
        "getStreamingJobStatus: project is not a Project; give it `new polaris.Project(…)`. [PolarisArgumentInvalid]",
    );
    await expect(getStreamingJobStatus({ tableName: "orders" })).rejects.toThrow("[PolarisNotConfigured]");
});
