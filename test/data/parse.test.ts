import { emulator, expectOrders, topics, untilIngested, withOrders } from "../support/data";
import { jobsOn } from "../support/seen";

test("a job fails when more records do not parse than maxParseExceptions allows", async () => {
    const args = { table: "unparsed", job: { maxParseExceptions: 3 } };
    await withOrders(args, async (stack, producer) => {
        await stack.up();
        await untilIngested("unparsed", producer);
        const [job] = await jobsOn(emulator, "unparsed");
        const status = async () => (await emulator.api("GET", `/jobs/${job?.id ?? ""}`)).json;

        await topics.produce(
            "unparsed",
            Array.from({ length: 10 }, () => ({ value: "no JSON" })),
        );
        while ((await status()).executionStatus === "running") await new Promise((resolve) => setTimeout(resolve, 100));
        expect(await status()).toMatchObject({ executionStatus: "failed", health: { status: "error" } });
        const { json } = await emulator.api("GET", `/jobs/${job?.id ?? ""}/logs`);
        expect(JSON.stringify(json)).toContain("no JSON");

        stack.args({ table: "unparsed", job: { maxParseExceptions: 100 } });
        await stack.up(["--refresh"]);
        await producer.finish();
        await expectOrders("unparsed", producer.total);
    });
});
