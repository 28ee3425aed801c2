import java.io.File;
import java.io.FileInputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.tools.StorageTool;
import org.apache.kafka.common.utils.Time;

/** One Kafka node, broker and controller: LocalKafka FOLDER. Prints "ready" when clients can connect. */
public final class LocalKafka {
    private static final String CLUSTER_ID = "bG9jYWwtcG9sYXJpcy1lbQ";

    private LocalKafka() {}

    public static void main(String[] args) throws Exception {
        Lifeline.follow();
        File folder = new File(args[0]);
        Lifeline.own(folder);
        Certificates.create(new File(folder, "certificates"));
        File file = new File(folder, "settings/server.properties");
        Properties properties = new Properties();
        try (InputStream in = new FileInputStream(file)) {
            properties.load(in);
        }
        if (!new File(properties.getProperty("log.dirs"), "meta.properties").exists()) {
            format(file, properties.getProperty("local.username"), properties.getProperty("local.password"));
        }
        KafkaRaftServer server = new KafkaRaftServer(KafkaConfig.fromProps(properties), Time.SYSTEM);
        Runtime.getRuntime().addShutdownHook(new Thread(server::shutdown));
        server.startup();
        System.out.println("ready");
        server.awaitShutdown();
    }

    private static void format(File settings, String user, String password) {
        List<String> command = new ArrayList<>(List.of("format", "--cluster-id", CLUSTER_ID, "--config", settings.getPath()));
        for (String mechanism : List.of("SCRAM-SHA-256", "SCRAM-SHA-512")) {
            command.addAll(List.of("--add-scram", mechanism + "=[name=" + user + ",password=" + password + "]"));
        }
        if (StorageTool.execute(command.toArray(new String[0]), new PrintStream(System.err)) != 0) {
            System.exit(1);
        }
    }
}
