namespace Wandb.EndToEnd.Tests.Cluster;

/// <summary>Manifests as a user writes them; the rest of a mapping is given in YAML's flow style.</summary>
internal static class Workload
{
    public static string Run(string name, string spec = "") => $$"""
        apiVersion: wandb-operator.io/v1alpha1
        kind: WandbRun
        metadata: {name: {{name}}}
        spec: {project: demo, {{spec}}}
        """;

    public static string Claim(string name) => $$"""
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata: {name: {{name}}}
        spec: {accessModes: [ReadWriteMany], resources: { requests: { storage: 1Gi } } }
        """;

    /// <summary>A Job that names the WandbRun of <paramref name="run"/>, or of its own name.</summary>
    /// <param name="train">Arguments of <c>wandb-sandbox train</c>.</param>
    /// <param name="labels">Of the Job.</param>
    /// <param name="annotations">More of the Job.</param>
    /// <param name="retries">The Job's backoffLimit.</param>
    /// <param name="grace">Seconds between SIGTERM and SIGKILL.</param>
    public static string Job(
        this Scenario scenario, string name, string train, string? run = null, string labels = "", string annotations = "", string spec = "",
        int retries = 3, int grace = 30, string podSpec = "", string container = "") => $$"""
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: {{name}}
          labels: { {{labels}} }
          annotations: { wandb-operator.io/run: {{run ?? name}}, {{annotations}} }
        spec:
          backoffLimit: {{retries}}
          {{spec}}
          template:
            spec:
              restartPolicy: Never
              terminationGracePeriodSeconds: {{grace}}
              {{podSpec}}
              containers:
                - {{scenario.Cluster.Trainer.Container(train).ToJsonString()[..^1]}}, {{container}} }
        """;
}
