import { withExample } from "../support/aws";
import { emulator, expectOrders, host, orderOf, query, SteadyProducer, topics } from "../support/data";
import { changes, expectNoChanges } from "../support/summary";

test("the quickstart ingests all records, each once, with the values that its mappings say", async () => {
    await topics.create("orders", 2);
    const config = {
        bootstrapServers: host.kafkaBootstrapServers,
        kafkaUsername: host.username,
        kafkaPassword: { secret: host.password },
    };
    await withExample("quickstart", emulator, { config }, async (stack) => {
        const producer = new SteadyProducer("orders");
        expect(changes(await stack.up())).toEqual({ create: 3 });
        await producer.finish();
        await expectOrders("orders", producer.total);
        const rows = await query('SELECT "__time", "order_id", "country", "amount" FROM "orders" ORDER BY "__time"');
        const orders = Array.from({ length: producer.total }, (_, index) => orderOf(index + 1, producer.baseMs));
        expect(rows).toEqual(orders.map(({ timestamp, ...values }) => ({ __time: timestamp, ...values })));
        await expectNoChanges(stack, ["--refresh"]);
        await stack.destroy();
    });
});
