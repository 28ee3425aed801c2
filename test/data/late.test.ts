import { emulator, expectOrders, orderOf, query, topics, withOrders } from "../support/data";
import { liveJobOn } from "../support/seen";

const DAY_MS = 24 * 3_600_000;

test("rows older than lateMessageRejectionPeriod are not in the table, as the preview warned", async () => {
    const lateMs = Date.now() - 40 * DAY_MS;
    const late = Array.from({ length: 1_000 }, (_, index) => orderOf(index + 1, lateMs));
    await topics.create("late", 2);
    await topics.produce(
        "late",
        late.map((order) => ({ value: { ...order, order_id: `late-${order.order_id}` } })),
    );
    await withOrders({ table: "late" }, async (stack, producer) => {
        expect((await stack.preview()).text).toContain("rows older than 30 days are dropped");
        await stack.up();
        await producer.finish();
        await expectOrders("late", producer.total);
        expect(await query(`SELECT COUNT(*) AS "n" FROM "late" WHERE "order_id" LIKE 'late-%'`)).toEqual([{ n: 0 }]);
        const { id } = await liveJobOn(emulator, "late");
        const { json } = await emulator.api("GET", `/jobs/${id}/metrics`);
        expect(json).toMatchObject({ totals: { numRowsProcessed: producer.total, numRowsSkippedByFilter: 1_000 } });
    });
});
