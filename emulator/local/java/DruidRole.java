import java.io.File;
import java.io.FileInputStream;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Supplier;
import org.apache.druid.cli.CliBroker;
import org.apache.druid.cli.CliCoordinator;
import org.apache.druid.cli.CliHistorical;
import org.apache.druid.cli.CliIndexer;
import org.apache.druid.cli.CliRouter;
import org.apache.druid.cli.ServerRunnable;
import org.apache.druid.guice.StartupInjectorBuilder;
import org.apache.druid.java.util.common.FileUtils;
import org.apache.zookeeper.server.ServerCnxnFactory;
import org.apache.zookeeper.server.ZooKeeperServer;

/** One role: ZooKeeper, or a server of Druid with the settings of common.properties and ROLE.properties. */
public final class DruidRole implements Runnable {
    private static final Map<String, Supplier<ServerRunnable>> SERVERS = Map.of(
        "coordinator", CliCoordinator::new,
        "broker", CliBroker::new,
        "historical", CliHistorical::new,
        "indexer", CliIndexer::new,
        "router", CliRouter::new
    );

    private final String role;
    private final File folder;

    public DruidRole(String role, File folder) {
        this.role = role;
        this.folder = folder;
    }

    @Override
    public void run() {
        try {
            if (role.equals("zookeeper")) {
                startZooKeeper();
            } else {
                startServer();
            }
        } catch (Throwable e) {
            e.printStackTrace();
            System.exit(1);
        }
    }

    /** Holds only what lives as long as its process; leftovers of a killed one would delay the next election. */
    private void startZooKeeper() throws Exception {
        File data = new File(folder, "zookeeper");
        FileUtils.deleteDirectory(data);
        ZooKeeperServer server = new ZooKeeperServer(new File(data, "snapshots"), new File(data, "log"), 2_000);
        int port = Integer.parseInt(settings("zookeeper").getProperty("port"));
        ServerCnxnFactory.createFactory(new InetSocketAddress("127.0.0.1", port), 200).startup(server);
    }

    private void startServer() throws Exception {
        Properties properties = settings("common", role);
        ServerRunnable server = SERVERS.get(role).get();
        new StartupInjectorBuilder().withProperties(properties).withExtensions().build().injectMembers(server);
        server.run();
    }

    private Properties settings(String... names) throws Exception {
        Properties properties = new Properties();
        for (String name : List.of(names)) {
            try (InputStream in = new FileInputStream(new File(folder, "settings/" + name + ".properties"))) {
                properties.load(in);
            }
        }
        return properties;
    }
}
