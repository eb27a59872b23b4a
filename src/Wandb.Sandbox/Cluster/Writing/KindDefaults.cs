using System.Text;
using System.Text.Json.Nodes;
using Wandb.Sandbox.Cluster.Kinds;
using Wandb.Sandbox.Cluster.Schema;
using Wandb.Sandbox.Cluster.Storage;

namespace Wandb.Sandbox.Cluster.Writing;

/// <summary>What the server fills in. Doing it twice changes nothing.</summary>
internal static class KindDefaults
{
    /// <summary>Changes <paramref name="node"/>.</summary>
    public static void Apply(ResourceKind kind, JsonObject node)
    {
        if (kind.Schema is { } schema)
        {
            SchemaDefaults.Apply(node, schema);
            return;
        }

        switch (kind.Kind)
        {
            case "Namespace":
                // Held until its content is gone; the namespace controller empties the list.
                node.Section("spec").Default("finalizers", new JsonArray("kubernetes"));
                node.Section("metadata").Section("labels")["kubernetes.io/metadata.name"] = node.Name();
                break;
            case "Pod":
                PodSpec(node.Section("spec"));
                break;
            case "Job":
                Job(node);
                break;
            case "Deployment":
                node.Section("spec").Default("replicas", 1);
                Template(node.Section("spec"));
                break;
            case "Secret":
                Secret(node);
                break;
            case "Service":
                node.Section("spec").Default("type", "ClusterIP");
                break;
            case "CustomResourceDefinition":
                var names = node.Section("spec").Section("names");
                names.Default("singular", (names.Text("kind") ?? "").ToLowerInvariant());
                names.Default("listKind", names.Text("kind") + "List");
                break;
            case "MutatingWebhookConfiguration":
                foreach (var webhook in node.Objects("webhooks"))
                {
                    webhook.Default("failurePolicy", "Fail");
                    webhook.Default("matchPolicy", "Equivalent");
                    webhook.Default("reinvocationPolicy", "Never");
                    webhook.Default("timeoutSeconds", 10);
                    webhook.Default("namespaceSelector", new JsonObject());
                    webhook.Default("objectSelector", new JsonObject());
                }

                break;
        }
    }

    /// <summary>The status of a new object.</summary>
    public static JsonObject? FirstStatus(ResourceKind kind, JsonObject node) => kind.Kind switch
    {
        "Namespace" => new JsonObject { ["phase"] = "Active" },
        "Pod" => new JsonObject { ["phase"] = "Pending", ["qosClass"] = PodQuality.ClassOf(node) },
        "PersistentVolumeClaim" => new JsonObject { ["phase"] = "Bound" },
        "CustomResourceDefinition" => DefinitionStatus(node),
        _ => null,
    };

    private static void Template(JsonObject spec) => PodSpec(spec.Section("template").Section("spec"));

    private static void PodSpec(JsonObject spec)
    {
        spec.Default("restartPolicy", "Always");
        spec.Default("terminationGracePeriodSeconds", 30);
        spec.Default("dnsPolicy", "ClusterFirst");
        spec.Default("schedulerName", "default-scheduler");
        spec.Default("securityContext", new JsonObject());
        spec.Default("serviceAccountName", "default");
        spec.Default("serviceAccount", spec.Text("serviceAccountName") ?? "default");
        foreach (var container in spec.Objects("initContainers").Concat(spec.Objects("containers")))
        {
            container.Default("terminationMessagePath", "/dev/termination-log");
            container.Default("terminationMessagePolicy", "File");
            container.Default("resources", new JsonObject());
            var image = container.Text("image") ?? "";
            container.Default("imagePullPolicy", image.EndsWith(":latest", StringComparison.Ordinal) || !image.Split('/')[^1].Contains(':', StringComparison.Ordinal) ? "Always" : "IfNotPresent");
            foreach (var port in container.Objects("ports"))
            {
                port.Default("protocol", "TCP");
            }

            foreach (var variable in container.Objects("env"))
            {
                (variable.At("valueFrom", "fieldRef") as JsonObject)?.Default("apiVersion", "v1");
            }
        }

        foreach (var source in spec.Objects("volumes").SelectMany(volume => volume.Objects("projected", "sources")))
        {
            (source["serviceAccountToken"] as JsonObject)?.Default("expirationSeconds", 3600);
        }
    }

    private static void Job(JsonObject node)
    {
        var spec = node.Section("spec");
        if (spec["completions"] is null && spec["parallelism"] is null)
        {
            spec["completions"] = 1;
        }

        spec.Default("parallelism", 1);
        spec.Default("backoffLimit", spec["backoffLimitPerIndex"] is null ? 6 : int.MaxValue);
        spec.Default("completionMode", "NonIndexed");
        spec.Default("suspend", false);
        spec.Default("podReplacementPolicy", spec["podFailurePolicy"] is null ? "TerminatingOrFailed" : "Failed");
        Template(spec);
        if (spec["selector"] is null && node.Uid().Length > 0)
        {
            // The controller finds its pods by these labels.
            var labels = spec.Section("template").Section("metadata").Section("labels");
            labels["batch.kubernetes.io/controller-uid"] = node.Uid();
            labels["batch.kubernetes.io/job-name"] = node.Name();
            labels["controller-uid"] = node.Uid();
            labels["job-name"] = node.Name();
            spec["selector"] = new JsonObject { ["matchLabels"] = new JsonObject { ["batch.kubernetes.io/controller-uid"] = node.Uid() } };
        }
    }

    private static void Secret(JsonObject node)
    {
        node.Default("type", "Opaque");
        foreach (var (name, value) in node.Pairs("stringData").ToList())
        {
            node.Section("data")[name] = Convert.ToBase64String(Encoding.UTF8.GetBytes(value));
        }

        node.Remove("stringData");
    }

    private static JsonObject DefinitionStatus(JsonObject node)
    {
        var time = node.Text("metadata", "creationTimestamp");
        JsonObject Condition(string type, string reason, string message) => new()
        {
            ["type"] = type,
            ["status"] = "True",
            ["reason"] = reason,
            ["message"] = message,
            ["lastTransitionTime"] = time,
        };
        return new JsonObject
        {
            ["acceptedNames"] = node.At("spec", "names")?.DeepClone(),
            ["conditions"] = new JsonArray(
                Condition("NamesAccepted", "NoConflicts", "no conflicts found"), Condition("Established", "InitialNamesAccepted", "the initial names have been accepted")),
            ["storedVersions"] = new JsonArray([.. node.Objects("spec", "versions").Where(version => version.Flag("storage")).Select(version => version.Text("name"))]),
        };
    }
}
