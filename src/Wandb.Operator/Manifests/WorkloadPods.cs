using System.Text.Json.Nodes;
using Wandb.Operator.Admission;
using Wandb.Operator.Injection;

namespace Wandb.Operator.Manifests;

/// <summary>Finds the pod templates of a manifest, wherever its kind has them, and makes one pod of each.</summary>
internal static class WorkloadPods
{
    private const string CompletionIndex = "batch.kubernetes.io/job-completion-index";
    private const string CompletionMode = "completionMode";
    private const string JobVersion = "batch/v1";

    // Deeper than any known kind nests templates; a manifest of the size limit cannot exhaust the stack.
    private const int MaxDepth = 40;

    public static IReadOnlyList<WorkloadPod> Of(JsonObject manifest)
    {
        var kind = JsonRead.Text(manifest["kind"]) ?? "";
        var name = JsonRead.Text(JsonRead.At(manifest, "metadata", "name")) ?? JsonRead.Text(JsonRead.At(manifest, "metadata", "generateName"))?.TrimEnd('-') ?? "unnamed";
        if (kind == "Pod")
            return [new WorkloadPod($"Pod {name}", manifest, OwnersOf(manifest), [])];
        if (kind is "Workflow" or "WorkflowTemplate" or "CronWorkflow" or "ClusterWorkflowTemplate")
            return ArgoPods.Of(manifest, kind, name);
        var pods = new List<WorkloadPod>();
        Search(manifest, new Place(kind, name, manifest, null), "", null, pods, 0);
        return pods;
    }

    private static void Search(JsonObject node, Place place, string path, string? replica, List<WorkloadPod> pods, int depth)
    {
        if (depth > MaxDepth)
            return;
        if (depth > 0 && node["spec"] is JsonObject spec && spec["containers"] is JsonArray)
        {
            pods.Add(Pod(node, place, path, replica));
            return;
        }
        if (depth > 0 && JsonRead.At(node, "spec", "template") is JsonObject && JsonRead.At(node, "spec", "template", "spec", "containers") is JsonArray && place.Kind is "CronJob" or "JobSet")
            place = place with { Job = JobOf(node, place.Kind) };
        foreach (var (member, value) in node)
        {
            if (member is "status" or "metadata")
                continue;
            var next = path.Length == 0 ? member : $"{path}.{member}";
            if (value is JsonObject child)
                Search(child, place, next, path.EndsWith("ReplicaSpecs", StringComparison.Ordinal) ? member : replica, pods, depth + 1);
            else if (value is JsonArray list)
                SearchList(list, place, next, replica, pods, depth);
        }
    }

    private static void SearchList(JsonArray list, Place place, string path, string? replica, List<WorkloadPod> pods, int depth)
    {
        for (var at = 0; at < list.Count; at++)
        {
            if (list[at] is JsonObject item)
                Search(item, place, $"{path}[{at}]", JsonRead.Text(item["name"]) ?? replica, pods, depth + 1);
        }
    }

    private static WorkloadPod Pod(JsonObject template, Place place, string path, string? replica)
    {
        var notes = new List<string>();
        var job = place.Kind == "Job" ? place.Manifest : place.Job;
        var owners = Owners(place, replica);
        if (job is not null)
            template = WithJobAnnotations(job, template, notes);
        var spec = template["spec"]!.DeepClone().AsObject();
        var metadata = template["metadata"] is JsonObject own ? own.DeepClone().AsObject() : [];
        metadata["generateName"] = $"{(owners.Count > 0 ? owners[0].Name : place.Name)}-";
        if (job is not null && JobPods.IsIndexed(job))
        {
            Set(metadata, "annotations", CompletionIndex, "0");
            notes.Add("the pod with completion index 0 is shown");
        }
        if (place.Kind == "JobSet" && replica is not null)
        {
            Set(metadata, "labels", "jobset.sigs.k8s.io/jobset-name", place.Name);
            Set(metadata, "labels", "jobset.sigs.k8s.io/replicatedjob-name", replica);
            Set(metadata, "labels", "jobset.sigs.k8s.io/job-index", "0");
        }
        if (place.Kind == "Job" && !owners[0].IsJob && path.StartsWith("spec.tasks[", StringComparison.Ordinal))
        {
            // Volcano's.
            Set(metadata, "annotations", "volcano.sh/task-spec", replica ?? "default");
            Set(metadata, "annotations", "volcano.sh/task-index", "0");
        }
        if (path.Contains("ReplicaSpecs.", StringComparison.Ordinal) && replica is not null)
        {
            Set(metadata, "labels", "training.kubeflow.org/replica-type", replica.ToLowerInvariant());
            Set(metadata, "labels", "training.kubeflow.org/replica-index", "0");
            TellRank(place, replica, metadata, spec);
        }
        var pod = new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Pod",
            ["metadata"] = metadata,
            ["spec"] = spec,
        };
        return new WorkloadPod($"{place.Kind} {place.Name}, {path}", pod, owners, notes);
    }

    /// <summary>The Job that a CronJob or JobSet makes; that of a JobSet is Indexed, unless it says otherwise (its webhook).</summary>
    private static JsonObject JobOf(JsonObject template, string kind)
    {
        if (kind != "JobSet" || JsonRead.At(template, "spec", CompletionMode) is not null)
            return template;
        var job = template.DeepClone().AsObject();
        job["spec"]![CompletionMode] = "Indexed";
        return job;
    }

    /// <summary>As Kubeflow's operators tell the first pod of each kind of replicas (<see cref="PodIndex"/>).</summary>
    private static void TellRank(Place place, string replica, JsonObject metadata, JsonObject spec)
    {
        var kinds = (place.Manifest["spec"] as JsonObject)?.FirstOrDefault(member => member.Key.EndsWith("ReplicaSpecs", StringComparison.Ordinal)).Value as JsonObject ?? [];
        var hasMaster = kinds.Any(kind => kind.Key is "Master" or "Chief");
        if (replica is "Master" or "Chief" || (replica == "Worker" && place.Kind == "TFJob" && !hasMaster))
            Set(metadata, "labels", "training.kubeflow.org/job-role", "master");
        if (place.Kind != "PyTorchJob" || !hasMaster)
            return;
        foreach (var container in JsonRead.Objects(spec["containers"]))
        {
            if (container["env"] is not JsonArray env)
                container["env"] = env = [];
            env.Add(new JsonObject { ["name"] = "RANK", ["value"] = replica == "Worker" ? "1" : "0" });
        }
    }

    /// <summary>What the Job webhook does before any pod exists.</summary>
    private static JsonObject WithJobAnnotations(JsonObject job, JsonObject template, List<string> notes)
    {
        if (JobAdmission.Decide(job) is not AdmissionDecision.Patch patch)
            return template;
        if (patch.Operations.Any(operation => operation.Path.StartsWith("/spec/template", StringComparison.Ordinal)))
            notes.Add("the Job webhook copies the Job's annotations and labels to its pod template");
        return JsonPatch.Apply(job, patch.Operations)["spec"]!["template"]!.AsObject();
    }

    private static IReadOnlyList<PodOwner> Owners(Place place, string? replica)
    {
        var top = Owner(JsonRead.Text(place.Manifest["apiVersion"]) ?? "", place.Kind, place.Name, place.Manifest);
        return place.Kind switch
        {
            "CronJob" => [Owner(JobVersion, "Job", $"{place.Name}-28000000", place.Job), top],
            "JobSet" => [Owner(JobVersion, "Job", $"{place.Name}-{replica}-0", place.Job), top],
            "RayJob" => [Owner(top.ApiVersion, "RayCluster", $"{place.Name}-raycluster", null), top],
            "" => [],
            _ => [top],
        };
    }

    private static PodOwner Owner(string apiVersion, string kind, string name, JsonObject? manifest)
    {
        var owner = new PodOwner
        {
            Kind = kind,
            Name = name,
            ApiVersion = apiVersion,
            // Only a cluster knows it; ids that are made of it are examples.
            Uid = JsonRead.Text(JsonRead.At(manifest, "metadata", "uid")) ?? $"offline-{kind}-{name}",
        };
        // As in a cluster: of owners the operator reads Jobs alone.
        return !owner.IsJob || manifest is null ? owner : owner with
        {
            Labels = JsonRead.Texts(JsonRead.At(manifest, "metadata", "labels")),
            JudgesAnyContainer = PodFailurePolicy.JudgesAnyContainer(manifest),
            TellsPodsApart = JobPods.AreToldApart(manifest),
        };
    }

    private static PodOwner[] OwnersOf(JsonObject pod) =>
        [.. JsonRead.Objects(JsonRead.At(pod, "metadata", "ownerReferences"))
            .Where(reference => JsonRead.IsTrue(reference["controller"]))
            .Select(reference => new PodOwner
            {
                Kind = JsonRead.Text(reference["kind"]) ?? "",
                Name = JsonRead.Text(reference["name"]) ?? "",
                ApiVersion = JsonRead.Text(reference["apiVersion"]) ?? "",
                Uid = JsonRead.Text(reference["uid"]) ?? "",
            })];

    private static void Set(JsonObject metadata, string map, string key, string value)
    {
        if (metadata[map] is not JsonObject entries)
            metadata[map] = entries = [];
        entries.TryAdd(key, value);
    }

    /// <param name="Job">The Job inside a kind that makes Jobs.</param>
    private sealed record Place(string Kind, string Name, JsonObject Manifest, JsonObject? Job);
}
