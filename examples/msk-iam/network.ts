import * as aws from "@pulumi/aws";

/** A network of two public subnets in two zones: what an MSK cluster needs that is to be opened to the Internet. */
export function publicNetwork(name: string) {
    const vpc = new aws.ec2.Vpc(name, { cidrBlock: "10.0.0.0/16", enableDnsHostnames: true });
    const gateway = new aws.ec2.InternetGateway(name, { vpcId: vpc.id });
    const routes = new aws.ec2.RouteTable(name, {
        vpcId: vpc.id,
        routes: [{ cidrBlock: "0.0.0.0/0", gatewayId: gateway.id }],
    });
    const zones = aws.getAvailabilityZonesOutput({
        filters: [{ name: "opt-in-status", values: ["opt-in-not-required"] }],
    });
    const zoned = [0, 1].map((index) => {
        const subnet = new aws.ec2.Subnet(`${name}-${index}`, {
            vpcId: vpc.id,
            availabilityZone: zones.names[index],
            cidrBlock: `10.0.${index}.0/24`,
        });
        const inputs = { subnetId: subnet.id, routeTableId: routes.id };
        return { subnet, route: new aws.ec2.RouteTableAssociation(`${name}-${index}`, inputs) };
    });
    return {
        vpcId: vpc.id,
        cidrBlock: vpc.cidrBlock,
        subnetIds: zoned.map(({ subnet }) => subnet.id),
        /** The ways out, which have to be there for as long as something in the network has a public address. */
        routes: zoned.map(({ route }) => route),
    };
}
