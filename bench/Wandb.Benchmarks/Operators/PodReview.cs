using System.Text;
using System.Text.Json.Nodes;

namespace Wandb.Benchmarks.Operators;

/// <summary>The review of a pod of a Job, as an API server sends it: about 10 KB, most of it variables and volumes.</summary>
internal static class PodReview
{
    private const int Variables = 60;

    /// <param name="run">Name of the WandbRun.</param>
    /// <param name="jobUid">UID of the Job `train`.</param>
    public static byte[] Utf8(string run, string jobUid)
    {
        JsonObject pod = Pod(run);
        pod["metadata"]!["ownerReferences"] = new JsonArray(new JsonObject
        {
            ["apiVersion"] = "batch/v1",
            ["kind"] = "Job",
            ["name"] = "train",
            ["uid"] = jobUid,
            ["controller"] = true,
            ["blockOwnerDeletion"] = true,
        });
        var review = new JsonObject
        {
            ["apiVersion"] = "admission.k8s.io/v1",
            ["kind"] = "AdmissionReview",
            ["request"] = new JsonObject
            {
                ["uid"] = "705ab4f5-6393-11e8-b7cc-42010a800002",
                ["kind"] = new JsonObject { ["group"] = "", ["version"] = "v1", ["kind"] = "Pod" },
                ["resource"] = new JsonObject { ["group"] = "", ["version"] = "v1", ["resource"] = "pods" },
                ["namespace"] = MeasuredOperator.Namespace,
                ["operation"] = "CREATE",
                ["userInfo"] = new JsonObject { ["username"] = "system:serviceaccount:kube-system:job-controller" },
                ["object"] = pod,
                ["dryRun"] = false,
            },
        };
        return Encoding.UTF8.GetBytes(review.ToJsonString());
    }

    private static JsonObject Pod(string run) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Pod",
        ["metadata"] = new JsonObject
        {
            ["generateName"] = "train-",
            ["namespace"] = MeasuredOperator.Namespace,
            ["labels"] = new JsonObject { ["app"] = "train", ["batch.kubernetes.io/job-name"] = "train", ["wandb-operator.io/run"] = run },
            ["annotations"] = new JsonObject { ["wandb-operator.io/run"] = run, ["example.com/note"] = new string('n', 400) },
        },
        ["spec"] = new JsonObject
        {
            ["restartPolicy"] = "Never",
            ["serviceAccountName"] = "default",
            ["volumes"] = new JsonArray([.. Enumerable.Range(0, 8).Select(JsonNode (n) => new JsonObject { ["name"] = $"data-{n}", ["persistentVolumeClaim"] = new JsonObject { ["claimName"] = $"dataset-{n}" } })]),
            ["containers"] = new JsonArray(Container("trainer"), Container("metrics")),
        },
    };

    private static JsonObject Container(string name) => new()
    {
        ["name"] = name,
        ["image"] = "registry.example/team/trainer:2026.11",
        ["command"] = new JsonArray("python", "-m", "train", "--config", "/etc/train/config.yaml"),
        ["env"] = new JsonArray([.. Enumerable.Range(0, Variables / 2).Select(JsonNode (n) => new JsonObject { ["name"] = $"SETTING_{n}", ["value"] = $"a value of a usual length, number {n}, as people have them" })]),
        ["resources"] = new JsonObject { ["requests"] = new JsonObject { ["cpu"] = "2", ["memory"] = "8Gi" }, ["limits"] = new JsonObject { ["memory"] = "8Gi" } },
        ["volumeMounts"] = new JsonArray([.. Enumerable.Range(0, 8).Select(JsonNode (n) => new JsonObject { ["name"] = $"data-{n}", ["mountPath"] = $"/data/{n}", ["readOnly"] = true })]),
        ["terminationMessagePath"] = "/dev/termination-log",
        ["terminationMessagePolicy"] = "File",
        ["imagePullPolicy"] = "IfNotPresent",
    };
}
