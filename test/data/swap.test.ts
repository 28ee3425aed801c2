import { emulator, expectOrders, ordersMappings, program, query, SteadyProducer, topics } from "../support/data";
import { envOf } from "../support/project";
import { withStack } from "../support/pulumi";
import { changes } from "../support/summary";

/** Whether an amount has the form of the first mapping, or that of the second. */
const formOf = (amount: number) => (Number.isInteger(Math.round(amount * 1_000) / 10) ? "new" : "old");

test("a mapping edited while records flow: none is lost or doubled, and those after the swap have the new form", async () => {
    await topics.create("swapped", 2);
    const args = { table: "swapped" };
    await withStack({ program, args, env: envOf(emulator) }, async (stack) => {
        const producer = new SteadyProducer("swapped");
        await stack.up();
        await producer.untilSent(1_000);
        stack.args({ ...args, job: { mappings: ordersMappings('ROUND("amount", 2)') } });
        expect(changes(await stack.up())).toEqual({ update: 1, unchanged: 2 });
        const sentAfter = producer.sent;
        expect(sentAfter).toBeLessThan(producer.total);
        await producer.finish();
        await expectOrders("swapped", 10_000);

        const rows = await query('SELECT "order_id", "amount" FROM "swapped"');
        const forms = new Map(rows.map(({ order_id, amount }) => [Number(String(order_id).slice(6)), Number(amount)]));
        const unlike = [...forms].filter(([id, amount]) => amount !== id + 0.126 && amount !== id + 0.13);
        expect(unlike).toEqual([]);
        const isNew = ([, amount]: [number, number]) => formOf(amount) === "new";
        expect([...forms].some((form) => !isNew(form))).toBe(true);
        expect([...forms].filter(([id]) => id > sentAfter).filter((form) => !isNew(form))).toEqual([]);
        await stack.destroy();
    });
});
