using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Wandb.Operator.Admission;
using Wandb.Operator.Injection;
using Wandb.Operator.Runs;
using Wandb.Operator.Tests.Runs;
using Wandb.Operator.Watching;

namespace Wandb.Operator.Tests.Admission;

public sealed class CachedSurroundingsTests : IAsyncLifetime
{
    private const string Events = "/api/v1/namespaces/default/events";
    private LocalRuns? _cluster;

    private LocalRuns Cluster => _cluster!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _cluster = await LocalRuns.StartAsync(speed: 1);

    public ValueTask DisposeAsync() => Cluster.DisposeAsync();

    [Fact]
    public async Task What_was_created_just_before_the_pod_is_read_once()
    {
        Cluster.Cluster.Faults.AreWatchesSilent = true;
        await Cluster.CreateRunAsync("r", """{"project":"p","profile":"team"}""");
        await Cluster.CreateAsync("/apis/wandb-operator.io/v1alpha1/namespaces/default/wandbprofiles", """{"apiVersion":"wandb-operator.io/v1alpha1","kind":"WandbProfile","metadata":{"name":"team"},"spec":{"entity":"e"}}""");
        // Stands for the CronJob, which the local cluster does not serve: without a living owner the Job would be collected.
        var owner = await Cluster.SendAsync(HttpMethod.Post, "/api/v1/namespaces/default/configmaps", """{"metadata":{"name":"nightly"}}""");
        var uid = owner.GetProperty("metadata").GetProperty("uid").GetString();
        await Cluster.CreateAsync("/apis/batch/v1/namespaces/default/jobs", $$$"""
            {"metadata":{"name":"train","labels":{"wandb-operator.io/group":"g"},"ownerReferences":[{"apiVersion":"batch/v1","kind":"CronJob","name":"nightly","uid":"{{{uid}}}","controller":true}]},
             "spec":{"suspend":true,"podFailurePolicy":{"rules":[{"action":"FailJob","onExitCodes":{"operator":"NotIn","values":[137]}}]},"template":{"spec":{"restartPolicy":"Never","containers":[{"name":"main","image":"i"}]}} } }
            """);
        var job = await Cluster.SendAsync(HttpMethod.Get, "/apis/batch/v1/namespaces/default/jobs/train");

        var around = await GatherAsync(Pod("r", job.GetProperty("metadata").GetProperty("uid").GetString()));

        Assert.Equal(("p", "e"), (around.Run?.Spec.Project, around.Profile?.Spec.Entity));
        Assert.Null(around.OwnerProblem);
        Assert.Equal(["Job train", "CronJob nightly"], around.Owners.Select(owner => $"{owner.Kind} {owner.Name}"));
        Assert.Equal("g", around.Owners[0].Labels[InjectionKeys.Group]);
        Assert.Equal([true, false], around.Owners.Select(owner => owner.JudgesAnyContainer));
        Assert.Equal(["batch/v1 True", "batch/v1 "], around.Owners.Select(owner => $"{owner.ApiVersion} {owner.TellsPodsApart}"));
    }

    /// <summary>A Job that its webhook never saw: it was made while nobody served, or was scaled up later.</summary>
    [Theory]
    [InlineData("\"parallelism\":1", true)]
    [InlineData("\"parallelism\":4", false)]
    [InlineData("\"parallelism\":4,\"completions\":4,\"completionMode\":\"Indexed\"", true)]
    public async Task Job_says_whether_its_pods_are_told_apart(string spec, bool expected)
    {
        await Cluster.CreateAsync("/apis/batch/v1/namespaces/default/jobs", $$$$"""
            {"metadata":{"name":"train"},"spec":{"suspend":true,{{{{spec}}}},"template":{"spec":{"restartPolicy":"Never","containers":[{"name":"main","image":"i"}]} } } }
            """);
        var job = await Cluster.SendAsync(HttpMethod.Get, "/apis/batch/v1/namespaces/default/jobs/train");

        var around = await GatherAsync(Pod("r", job.GetProperty("metadata").GetProperty("uid").GetString()));

        Assert.Equal((true, expected), (around.Owners[0].IsJob, around.Owners[0].TellsPodsApart));
    }

    [Theory]
    [InlineData("\"id\":\"best\",", "fold-1")]
    [InlineData("", null)]
    public async Task Other_Job_that_would_share_the_id_is_known(string id, string? expected)
    {
        await Cluster.CreateRunAsync("r", $$"""{{{id}}"project":"p"}""");
        foreach (var name in new[] { "train", "fold-1" })
        {
            await Cluster.CreateAsync("/apis/batch/v1/namespaces/default/jobs", $$$$"""
                {"metadata":{"name":"{{{{name}}}}","labels":{"wandb-operator.io/run":"r"}},
                 "spec":{"suspend":true,"template":{"metadata":{"annotations":{"wandb-operator.io/run":"r"}},"spec":{"restartPolicy":"Never","containers":[{"name":"main","image":"i"}]} } } }
                """);
        }
        var own = await Cluster.SendAsync(HttpMethod.Get, "/apis/batch/v1/namespaces/default/jobs/train");
        var pod = Pod("r", own.GetProperty("metadata").GetProperty("uid").GetString());
        var workloads = Cluster.Services.GetRequiredService<RunWorkloads>();
        // Watches bring both soon.
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30), TimeProvider.System);
        while (!limit.IsCancellationRequested && workloads.JobsOf(new NamespacedName("default", "r")).Count < 2)
            await Task.Yield();

        Assert.Equal(expected, (await GatherAsync(pod)).OtherJob);
    }

    /// <summary>As one `kubectl apply` makes them. Most namespaces have no default profile: it is asked for only while a WandbRun is new.</summary>
    [Fact]
    public async Task Default_profile_that_was_created_just_before_the_pod_is_read_once()
    {
        Cluster.Cluster.Faults.AreWatchesSilent = true;
        await Cluster.CreateAsync("/apis/wandb-operator.io/v1alpha1/namespaces/default/wandbprofiles", """{"apiVersion":"wandb-operator.io/v1alpha1","kind":"WandbProfile","metadata":{"name":"default"},"spec":{"entity":"e"}}""");
        await Cluster.CreateRunAsync("r", """{"project":"p"}""");

        var around = await GatherAsync(Pod("r", null));

        Assert.Equal(("p", "e"), (around.Run?.Spec.Project, around.Profile?.Spec.Entity));
    }

    [Fact]
    public async Task Job_that_cannot_be_read_costs_only_what_it_would_have_given()
    {
        await Cluster.CreateRunAsync("r", """{"project":"p"}""");
        await Cluster.UntilStatusAsync("r", _ => true);
        Cluster.Cluster.Faults.Delay = TimeSpan.FromSeconds(20);
        var pod = Pod("r", "u1");
        pod["spec"]!["containers"]!.AsArray().Add(new JsonObject { ["name"] = "main", ["image"] = "i" });

        var around = await GatherAsync(pod);
        Cluster.Cluster.Faults.Delay = TimeSpan.Zero;

        Assert.Equal("Job train, told apart: ", string.Join(", ", around.Owners.Select(owner => $"{owner.Kind} {owner.Name}, told apart: {owner.TellsPodsApart}")));
        var decision = Assert.IsType<AdmissionDecision.Patch>(PodAdmission.Decide(pod, around));
        Assert.Equal(
            (ProblemReasons.OwnerUnknown, "cannot read Job train in namespace default: no answer within 1 s; group, job type and owner that the Job may give are not known and not used"),
            (decision.Warnings[0].Reason, decision.Warnings[0].Message));
    }

    [Theory]
    [InlineData("nobody")]
    [InlineData("../../../../api/v1/namespaces/default/pods")]
    public async Task WandbRun_that_is_not_there_is_not_found(string run) => Assert.Null((await GatherAsync(Pod(run, null))).Run);

    [Fact]
    public async Task Limits_of_the_namespace_are_facts()
    {
        await Cluster.CreateAsync("/api/v1/namespaces/default/resourcequotas", """{"metadata":{"name":"q"},"spec":{"hard":{"limits.cpu":"4"}}}""");
        await Cluster.CreateAsync("/api/v1/namespaces/default/resourcequotas", """{"metadata":{"name":"scoped"},"spec":{"hard":{"limits.memory":"1"},"scopes":["NotTerminating"]}}""");
        await Cluster.CreateAsync("/api/v1/namespaces/default/limitranges", """{"metadata":{"name":"l"},"spec":{"limits":[{"type":"Container","max":{"memory":"1Gi"}}]}}""");
        // Watches bring it soon.
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30), TimeProvider.System);
        var around = await GatherAsync(Pod("r", null));
        while (!limit.IsCancellationRequested && (around.Facts.QuotaResources.Count < 2 || around.Facts.Bounds.Max.Count == 0))
        {
            await Task.Yield();
            around = await GatherAsync(Pod("r", null));
        }

        Assert.Equal(["limits.cpu", "limits.memory"], around.Facts.QuotaResources.Order(StringComparer.Ordinal));
        Assert.Equal(("limits.cpu", 4), (Assert.Single(around.Facts.QuotaHard).Key, around.Facts.QuotaHard["limits.cpu"]));
        Assert.Equal(1L << 30, around.Facts.Bounds.Max["memory"]);
    }

    [Fact]
    public async Task Node_with_an_old_kubelet_is_a_fact_and_others_are_not_kept()
    {
        await Cluster.CreateAsync("/api/v1/nodes", """{"metadata":{"name":"new"}}""");
        await Cluster.SendAsync(HttpMethod.Patch, "/api/v1/nodes/new/status", """{"status":{"nodeInfo":{"kubeletVersion":"v1.29.0"}}}""", "application/merge-patch+json");
        await Cluster.CreateAsync("/api/v1/nodes", """{"metadata":{"name":"old","labels":{"pool":"a"}}}""");
        await Cluster.SendAsync(HttpMethod.Patch, "/api/v1/nodes/old/status", """{"status":{"nodeInfo":{"kubeletVersion":"v1.28.9"}}}""", "application/merge-patch+json");
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30), TimeProvider.System);
        var around = await GatherAsync(Pod("r", null));
        while (!limit.IsCancellationRequested && around.Facts.OldNodes.Count == 0)
        {
            await Task.Yield();
            around = await GatherAsync(Pod("r", null));
        }

        var old = Assert.Single(around.Facts.OldNodes);
        Assert.Equal(("old", "v1.28.9", "a"), (old.Name, old.KubeletVersion, old.Labels["pool"]));
    }

    /// <summary>Each waits for its agent, which is sent away. The API server is one that always has sidecars: others did this.</summary>
    [Fact]
    public async Task Pods_that_their_agents_hold_up_keep_no_other_pod_from_being_injected()
    {
        await Cluster.CreateRunAsync("r", """{"project":"p","storage":{"persistentVolumeClaim":{"claimName":"c"}}}""");
        await Cluster.CreateHeldUpPodAsync("first", "r");
        await Cluster.CreateHeldUpPodAsync("second", "r");
        var status = await Cluster.UntilStatusAsync("r", status => status.Missed?.Count > 1);
        var pod = Pod("r", null);
        pod["spec"]!["containers"]!.AsArray().Add(new JsonObject { ["name"] = "main", ["image"] = "i" });

        var around = await GatherAsync(pod);

        Assert.Equal(["first NoSidecars", "second NoSidecars"], status.Missed!.Select(missed => $"{missed.Pod} {missed.Reason}"));
        Assert.Null(around.Facts.HeldUpPod);
        Assert.IsType<AdmissionDecision.Patch>(PodAdmission.Decide(pod, around));
        // One that drops them: see DroppedSidecarsTests.
        around = around with { Facts = around.Facts with { HeldUpPod = "default/first" } };
        var problem = Assert.Single(Assert.IsType<AdmissionDecision.Miss>(PodAdmission.Decide(pod, around)).Problems);
        Assert.Equal(ProblemReasons.NoSidecars, problem.Reason);
        Assert.Contains("as it did pod default/first; switch the gate on", problem.Message, StringComparison.Ordinal);
        pod["metadata"]!["annotations"]![InjectionKeys.Drain] = "true";
        Assert.IsType<AdmissionDecision.Patch>(PodAdmission.Decide(pod, around));
    }

    [Fact]
    public async Task Every_problem_is_told_by_one_Event_on_the_owner_however_many_pods_have_it()
    {
        var outcomes = Cluster.Services.GetRequiredService<IAdmissionOutcomes>();
        var miss = new AdmissionDecision.Miss([new Problem("RunMissing", "there is no WandbRun r"), new Problem("BadAnnotation", "tags are wrong")], []);
        for (var i = 0; i < 3; i++)
            outcomes.Record(Outcome(miss));
        outcomes.Record(Outcome(miss) with { IsDryRun = true, Object = Pod("r", "other") });

        var told = AdmissionEvent.Of(Outcome(miss))!;
        var written = await Cluster.UntilAsync(Events, told.Name, _ => true);
        var all = await Cluster.SendAsync(HttpMethod.Get, Events);

        Assert.Equal(("Job", "train", "job1"), (Text(written, "kind"), Text(written, "name"), Text(written, "uid")));
        Assert.Equal("not injected: there is no WandbRun r; tags are wrong", JsonRead.Text(written["message"]));
        Assert.Equal(("Warning", "RunMissing"), (JsonRead.Text(written["type"]), JsonRead.Text(written["reason"])));
        Assert.Single(all.GetProperty("items").EnumerateArray(), item => item.GetProperty("reason").GetString() == "RunMissing");
        Assert.Contains(Cluster.Metrics.Lines, line => line.Contains("wandb.admission.outcome=missed", StringComparison.Ordinal));
    }

    private static string? Text(JsonNode written, string member) => JsonRead.Text(written["involvedObject"]![member]);

    private ValueTask<PodSurroundings> GatherAsync(JsonObject pod) => Cluster.Services.GetRequiredService<IPodSurroundings>().GatherAsync("default", pod, Token);

    private static AdmissionOutcome Outcome(AdmissionDecision decision) =>
        new() { Kind = "Pod", Namespace = "default", Object = Pod("r", "job1"), Decision = decision, IsDryRun = false, Duration = TimeSpan.FromMilliseconds(1) };

    private static JsonObject Pod(string run, string? jobUid)
    {
        var metadata = new JsonObject { ["generateName"] = "train-", ["annotations"] = new JsonObject { [InjectionKeys.Run] = run } };
        if (jobUid is not null)
            metadata["ownerReferences"] = new JsonArray(new JsonObject { ["apiVersion"] = "batch/v1", ["kind"] = "Job", ["name"] = "train", ["uid"] = jobUid, ["controller"] = true });
        return new JsonObject { ["metadata"] = metadata, ["spec"] = new JsonObject { ["containers"] = new JsonArray() } };
    }
}
