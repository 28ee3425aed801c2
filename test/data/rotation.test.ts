import { emulator, expectOrders, secrets, untilIngested, withOrders } from "../support/data";
import { failuresIn, liveJobOn } from "../support/seen";

test("a wrong password turns the health of the job to error, as `up` reports, and the right one loses no row", async () => {
    const job = { restartOnConnectionChange: true, timeouts: { update: "20s" } };
    const args = { table: "rotated", connection: { testConnection: "off" }, job };
    const withPassword = (password: string) => ({
        ...args,
        connection: { ...args.connection, secrets: { ...secrets, password } },
    });
    await withOrders(args, async (stack, producer) => {
        await stack.up();
        await untilIngested("rotated", producer);

        stack.args(withPassword("wrong-password"));
        const failed = await stack.upFails();
        expect(failed.text).not.toContain("wrong-password");
        expect(failuresIn(failed)).toMatchObject([{ code: "PolarisJobTimeout" }]);
        expect(failed.text).toMatch(
            /job \S+ is pending \(health error: could_not_connect_to_source: .*[Aa]uthentication/,
        );
        const { id } = await liveJobOn(emulator, "rotated");
        const { json } = await emulator.api("GET", `/jobs/${id}`);
        expect(json).toMatchObject({ health: { status: "error", code: "could_not_connect_to_source" } });

        stack.args(withPassword(secrets.password));
        await stack.up();
        await producer.finish();
        await expectOrders("rotated", producer.total);
    });
});
