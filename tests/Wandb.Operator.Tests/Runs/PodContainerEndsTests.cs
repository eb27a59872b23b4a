using System.Globalization;
using Wandb.Operator.Runs;

namespace Wandb.Operator.Tests.Runs;

public sealed class PodContainerEndsTests
{
    private const string Main = """{"name":"main","restartCount":0,"state":""";
    private const string Killed = """{"terminated":{"exitCode":137,"reason":"Error","startedAt":"2026-03-01T10:00:00Z","finishedAt":"2026-03-01T10:30:10Z"}}""";
    private const string Polite = """{"terminated":{"exitCode":0,"reason":"Completed","startedAt":"2026-03-01T10:00:00Z","finishedAt":"2026-03-01T10:30:10Z"}}""";
    private const string Early = """{"terminated":{"exitCode":1,"reason":"Error","startedAt":"2026-03-01T10:00:00Z","finishedAt":"2026-03-01T10:20:00Z"}}""";
    private const string Forgotten = """{"terminated":{"exitCode":137,"reason":"ContainerStatusUnknown","message":"The container could not be located when the pod was terminated","startedAt":null,"finishedAt":null}}""";
    private const string Running = """{"running":{"startedAt":"2026-03-01T10:00:00Z"}}""";
    private const string Deleted = """
        "deletionTimestamp":"2026-03-01T10:30:30Z","deletionGracePeriodSeconds":30
        """;

    private static readonly string Tainted = Disrupted("DeletionByTaintManager");

    public static TheoryData<string, string, string, string?, bool, string> Pods => new()
    {
        { "runs", Status("Running", Running), "", null, false, "" },
        { "waits for its image", Status("Pending", """{"waiting":{"reason":"ContainerCreating"}}"""), "", null, false, "" },
        { "completed", Status("Succeeded", Polite), "", null, false, "main 0 Completed 10:00:00 10:30:10" },
        { "failed", Status("Failed", Early), "", null, false, "main 1 Error 10:00:00 10:20:00" },
        {
            "out of memory",
            Status("Failed", """{"terminated":{"exitCode":137,"reason":"OOMKilled","startedAt":"2026-03-01T10:00:00Z","finishedAt":"2026-03-01T10:30:10Z"}}"""),
            "", null, false, "main 137 OOMKilled 10:00:00 10:30:10"
        },
        {
            "restarted after out of memory",
            """{"phase":"Running","containerStatuses":[{"name":"main","restartCount":1,"state":{"running":{"startedAt":"2026-03-01T10:31:00Z"}},"lastState":{"terminated":{"exitCode":137,"reason":"OOMKilled","startedAt":"2026-03-01T10:00:00Z","finishedAt":"2026-03-01T10:30:10Z"}}}]}""",
            "", null, false, "main 137 OOMKilled 10:00:00 10:30:10"
        },
        {
            "crash loop",
            """{"phase":"Running","containerStatuses":[{"name":"main","restartCount":3,"state":{"waiting":{"reason":"CrashLoopBackOff"}},"lastState":""" + Early + "}]}",
            "", null, false, "main 1 Error 10:00:00 10:20:00"
        },
        {
            "failed twice",
            """{"phase":"Failed","containerStatuses":[{"name":"main","restartCount":1,"state":""" + Killed + ""","lastState":{"terminated":{"exitCode":2,"reason":"Error","startedAt":"2026-03-01T09:00:00Z","finishedAt":"2026-03-01T09:10:00Z"}}}]}""",
            "", null, false, "main 2 Error 09:00:00 09:10:00, main 137 Error 10:00:00 10:30:10"
        },
        { "evicted by its node", Status("Failed", Killed, "\"reason\":\"Evicted\",\"message\":\"The node was low on resource: memory.\""), "", null, false, "main 137 Evicted 10:00:00 10:30:10" },
        {
            "evicted, and the kubelet forgot the container",
            Status("Failed", Forgotten, "\"reason\":\"Evicted\""),
            "", null, false, "main - Evicted - -"
        },
        { "node shut down", Status("Failed", Killed, "\"reason\":\"Terminated\",\"message\":\"Pod was terminated in response to imminent node shutdown.\""), "", null, false, "main 137 Evicted 10:00:00 10:30:10" },
        { "preempted", Status("Failed", Killed, Disrupted("PreemptionByScheduler")), Deleted, null, false, "main 137 Preempted 10:00:00 10:30:10" },
        { "preempted, but polite", Status("Succeeded", Polite, Disrupted("PreemptionByScheduler")), Deleted, null, false, "main 0 Preempted 10:00:00 10:30:10" },
        { "failed before it was preempted", Status("Failed", Early, Disrupted("PreemptionByScheduler")), Deleted, null, false, "main 1 Error 10:00:00 10:20:00" },
        { "drained", Status("Failed", Killed, Disrupted("EvictionByEvictionAPI")), Deleted, null, false, "main 137 Evicted 10:00:00 10:30:10" },
        { "lost node, killed at the end of the grace", Status("Failed", Killed, Tainted), Deleted, null, false, "main 137 NodeLost 10:00:00 10:30:10" },
        { "lost node, killed with it, its kubelet is back", Status("Failed", Code(137), Tainted), Deleted, null, false, "main 137 NodeLost 10:00:00 10:20:00" },
        { "lost node, terminated with it", Status("Failed", Code(143), Tainted), Deleted, null, false, "main 143 NodeLost 10:00:00 10:20:00" },
        { "lost node, its kubelet never came back", Status("Running", Running, Tainted), Deleted, null, true, "main - NodeLost 10:00:00 10:30:00" },
        { "lost node, the kubelet forgot the container", Status("Failed", Forgotten, Tainted), Deleted, null, false, "main - NodeLost - -" },
        { "failed by itself before its node was lost", Status("Failed", Early, Tainted), Deleted, null, false, "main 1 Error 10:00:00 10:20:00" },
        { "out of memory before its node was lost", Status("Failed", Code(137, "OOMKilled"), Tainted), Deleted, null, false, "main 137 OOMKilled 10:00:00 10:20:00" },
        { "completed before its node was lost", Status("Running", Code(0, "Completed"), Tainted), Deleted, null, false, "main 0 Completed 10:00:00 10:20:00" },
        { "completed in the grace of a tainted node", Status("Succeeded", Polite, Tainted), Deleted, null, false, "main 0 Completed 10:00:00 10:30:10" },
        { "the kubelet forgot the container", Status("Failed", Forgotten), "", null, false, "main - NodeLost - -" },
        { "the kubelet forgot the container of a deleted pod", Status("Failed", Forgotten), Deleted, null, false, "main - NodeLost - -" },
        {
            "the kubelet forgot the container and started another",
            """{"phase":"Running","containerStatuses":[{"name":"main","restartCount":1,"state":{"running":{"startedAt":"2026-03-01T10:31:00Z"}},"lastState":""" + Forgotten + "}]}",
            "", null, false, "main - NodeLost - -"
        },
        { "node removed", Status("Failed", Running, Disrupted("DeletionByPodGC")), "", null, false, "main - NodeLost 10:00:00 10:30:00" },
        { "node removed, pod gone", Status("Running", Running, Disrupted("DeletionByPodGC")), Deleted, null, true, "main - NodeLost 10:00:00 10:30:00" },
        { "disruption that did not come", Status("Failed", Killed, Disrupted("PreemptionByScheduler", "False")), "", null, false, "main 137 Error 10:00:00 10:30:10" },
        { "deadline of the pod", Status("Failed", Killed, "\"reason\":\"DeadlineExceeded\""), "", null, false, "main 137 DeadlineExceeded 10:00:00 10:30:10" },
        { "deadline of the Job", Status("Running", Killed), Deleted, "DeadlineExceeded", false, "main 137 DeadlineExceeded 10:00:00 10:30:10" },
        { "Job gave up", Status("Running", Killed), Deleted, "BackoffLimitExceeded", false, "main 137 Deleted 10:00:00 10:30:10" },
        { "deleted by a person", Status("Running", Killed), Deleted, null, false, "main 137 Deleted 10:00:00 10:30:10" },
        { "still in its grace", Status("Running", Running), Deleted, null, false, "" },
        { "deleted after it was done", Status("Succeeded", Polite), Deleted, null, true, "main 0 Completed 10:00:00 10:30:10" },
        { "deleted by force", Status("Running", Running), "", null, true, "main - Deleted 10:00:00 -" },
        { "failed without a word about its container", """{"phase":"Failed","reason":"Evicted"}""", "", null, false, "main - Evicted - -" },
        {
            "cannot start",
            Status("Failed", """{"terminated":{"exitCode":128,"reason":"StartError","startedAt":"1970-01-01T00:00:00Z","finishedAt":"2026-03-01T10:00:01Z"}}"""),
            "", null, false, "main 128 StartError - 10:00:01"
        },
        {
            "signal instead of a code",
            Status("Failed", """{"terminated":{"exitCode":0,"signal":9,"startedAt":"2026-03-01T10:00:00Z","finishedAt":"2026-03-01T10:30:10Z"}}"""),
            "", null, false, "main 137 Error 10:00:00 10:30:10"
        },
        {
            "only the mesh's container ended",
            """{"phase":"Running","containerStatuses":[{"name":"istio-proxy","state":""" + Killed + "}," + Main + Running + "}]}",
            "", null, false, ""
        },
        { "shapes of the future", """{"phase":7,"conditions":{},"containerStatuses":[3,{"name":"main","state":{"paused":{}}}]}""", "", null, false, "" },
    };

    [Theory]
    [MemberData(nameof(Pods))]
    public void Pod_tells_how_its_containers_ended(string what, string status, string metadata, string? jobFailure, bool isGone, string expected)
    {
        var ends = PodContainerEnds.Of(PodJson.Injected(status, metadata), ["main"], jobFailure, isGone);

        var told = string.Join(", ", ends.Select(end =>
            $"{end.Container} {end.ExitCode?.ToString(CultureInfo.InvariantCulture) ?? "-"} {end.Reason} {Clock(end.StartedAt)} {Clock(end.FinishedAt)}"));
        Assert.True(told == expected, $"{what}: {told}, not {expected}");
    }

    private static string Status(string phase, string state, string more = "") =>
        $$"""{"phase":"{{phase}}",{{(more.Length > 0 ? more + "," : "")}}"containerStatuses":[{{Main}}{{state}}}]}""";

    private static string Code(int code, string reason = "Error") =>
        $$"""{"terminated":{"exitCode":{{code}},"reason":"{{reason}}","startedAt":"2026-03-01T10:00:00Z","finishedAt":"2026-03-01T10:20:00Z"} }""";

    private static string Disrupted(string reason, string status = "True") =>
        $$"""
        "conditions":[{"type":"Ready","status":"False"},{"type":"DisruptionTarget","status":"{{status}}","reason":"{{reason}}","lastTransitionTime":"2026-03-01T10:30:00Z"}]
        """;

    private static string Clock(DateTimeOffset? time) => time?.ToString("HH:mm:ss", CultureInfo.InvariantCulture) ?? "-";
}
