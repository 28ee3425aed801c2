import { expectOrders, ordersMappings, query, withOrders } from "../support/data";
import { changes } from "../support/summary";

/** The mappings of before store the amount as it is, those of after round it. */
const isRounded = ({ amount, id }: { amount: number; id: number }) => amount === id + 0.13;
const isRaw = ({ amount, id }: { amount: number; id: number }) => amount === id + 0.126;

test("a mapping edited while records flow: no row is lost or doubled, and all after the swap have the new form", async () => {
    const args = { table: "swapped" };
    await withOrders(args, async (stack, producer) => {
        await stack.up();
        await producer.untilSent(1_000);
        stack.args({ ...args, job: { mappings: ordersMappings('ROUND("amount", 2)') } });
        expect(changes(await stack.up())).toEqual({ update: 1, unchanged: 2 });
        const sentBefore = producer.sent;
        await producer.untilSent(sentBefore + 200);
        await producer.finish();
        await expectOrders("swapped", producer.total);

        const rows = await query('SELECT "order_id", "amount" FROM "swapped"');
        const orders = rows.map((row) => ({ id: Number(String(row.order_id).slice(6)), amount: Number(row.amount) }));
        expect(orders.filter((order) => !isRaw(order) && !isRounded(order))).toEqual([]);
        expect(orders.filter(({ id }) => id > sentBefore).every(isRounded)).toBe(true);
        expect(orders.some(isRaw)).toBe(true);
    });
});
