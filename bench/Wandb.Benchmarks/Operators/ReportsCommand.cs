using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Wandb.Contract;
using Wandb.Sandbox.Cluster.Storage;

namespace Wandb.Benchmarks.Operators;

/// <summary>`reports [--wandbruns N] [--pods N] [--every SECONDS] [--seconds N] [--warm-up N]`</summary>
internal static class ReportsCommand
{
    private const int CreatedAtOnce = 16;

    public static Command Create()
    {
        Option<int> runs = AdmissionsCommand.Number("--wandbruns", 1000, "WandbRuns.");
        Option<int> pods = AdmissionsCommand.Number("--pods", 5, "Pods of each, with one run each.");
        Option<int> every = AdmissionsCommand.Number("--every", 10, "Seconds between two reports of a pod.");
        Option<int> seconds = AdmissionsCommand.Number("--seconds", 60, "How long is measured.");
        Option<int> warmUp = AdmissionsCommand.Number("--warm-up", 60, "Seconds at the same rate before: the first reports change every status.");
        var command = new Command("reports", "Measure the operator while many runs report: CPU, memory, requests to the API server; prints Markdown tables.") { runs, pods, every, seconds, warmUp };
        OperatorChoice.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await MeasureAsync(
                OperatorChoice.Of(parsed), parsed.GetValue(runs), parsed.GetValue(pods), parsed.GetValue(every), TimeSpan.FromSeconds(parsed.GetValue(seconds)),
                TimeSpan.FromSeconds(parsed.GetValue(warmUp)), cancellationToken);
            return 0;
        });
        return command;
    }

    private static async Task MeasureAsync(
        OperatorChoice choice, int runs, int pods, int every, TimeSpan duration, TimeSpan warmUp, CancellationToken cancellationToken)
    {
        await using MeasuredOperator measured = await MeasuredOperator.StartAsync(choice, (started, stop) => started.ConnectAsync(HttpVersion.Version11, stop), cancellationToken);
        IReadOnlyList<ReportingPod> reporting = await CreateAsync(measured, runs, pods, cancellationToken);
        int rate = Math.Max(1, reporting.Count / every);
        int putOff = 0;
        async Task SendAsync(int number, CancellationToken stop)
        {
            if (!await reporting[number % reporting.Count].ReportAsync(stop))
            {
                Interlocked.Increment(ref putOff);
            }
        }

        await SteadyLoad.RunAsync(rate, warmUp, SendAsync, cancellationToken);
        int putOffBefore = Interlocked.Exchange(ref putOff, 0);

        IReadOnlyDictionary<string, int> before = measured.Requests;
        IReadOnlyList<long> delays = [];
        OperatorUse use = await OperatorUse.DuringAsync(
            measured.ProcessId, async () => delays = await SteadyLoad.RunAsync(rate, duration, SendAsync, cancellationToken));
        IReadOnlyDictionary<string, int> after = measured.Requests;
        foreach (ReportingPod pod in reporting)
        {
            pod.Dispose();
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{runs} WandbRuns, {reporting.Count} pods with a run each, a report every {every} s from each over a TLS connection of its own, {Environment.ProcessorCount} cores"));
        Console.WriteLine();
        Console.WriteLine("| | |\n|---|---:|");
        Console.WriteLine(FormattableString.Invariant($"| reports answered a second | {delays.Count / use.Elapsed.TotalSeconds:0} |"));
        Console.WriteLine(FormattableString.Invariant($"| put off with 503, in the warm-up and after it | {putOffBefore}, {putOff} |"));
        Console.WriteLine(FormattableString.Invariant($"| CPU of a report with its share of statuses, ms | {use.Cpu.TotalMilliseconds / delays.Count:0.000} |"));
        Console.WriteLine(string.Join(Environment.NewLine, SteadyLoad.Rows(delays).Concat(use.Rows())));
        foreach ((string what, int count) in after)
        {
            int more = count - before.GetValueOrDefault(what);
            if (more > 0)
            {
                Console.WriteLine(FormattableString.Invariant($"| {what}, a second | {more / use.Elapsed.TotalSeconds:0.00} |"));
            }
        }

        Console.WriteLine(FormattableString.Invariant($"| requests to the API server a second | {(after.Values.Sum() - before.Values.Sum()) / use.Elapsed.TotalSeconds:0.00} |"));
        OperatorUse bare = await BareAsync(reporting, rate, duration, cancellationToken);
        Console.WriteLine(FormattableString.Invariant(
            $"| bare endpoint, the same reports: CPU, % of a core, and how many times as much the operator takes | {Percent(bare):0.0}, {Percent(use) / Percent(bare):0.00} |"));
        Console.WriteLine(FormattableString.Invariant(
            $"| bare endpoint: RSS, MB, and how many times as much the operator takes | {bare.RssBytes / 1e6:0.0}, {(double)use.RssBytes / bare.RssBytes:0.00} |"));
    }

    private static double Percent(OperatorUse use) => 100 * use.Cpu.TotalSeconds / use.Elapsed.TotalSeconds;

    /// <summary>The same reports over as many connections to an endpoint that only parses them.</summary>
    private static async Task<OperatorUse> BareAsync(IReadOnlyList<ReportingPod> pods, int rate, TimeSpan duration, CancellationToken cancellationToken)
    {
        using MeasuredBare bare = await MeasuredBare.StartAsync(
            "{}", async (client, stop) => (await client.PostAsync(new Uri(AgentPaths.ReportPath, UriKind.Relative), new StringContent("{}"), stop)).Dispose(), cancellationToken);
        ReportingPod[] reporting = [.. pods.Select(pod => pod.To(bare.Connect(HttpVersion.Version11)))];
        Task SendAsync(int number, CancellationToken stop) => reporting[number % reporting.Length].ReportAsync(stop);
        await SteadyLoad.RunAsync(rate, duration, SendAsync, cancellationToken);
        OperatorUse use = await OperatorUse.DuringAsync(bare.ProcessId, () => SteadyLoad.RunAsync(rate, duration, SendAsync, cancellationToken));
        foreach (ReportingPod pod in reporting)
        {
            pod.Dispose();
        }

        return use;
    }

    private static async Task<IReadOnlyList<ReportingPod>> CreateAsync(MeasuredOperator measured, int runs, int pods, CancellationToken cancellationToken)
    {
        const string core = $"api/v1/namespaces/{MeasuredOperator.Namespace}";
        await measured.Api.CreateAsync($"{core}/serviceaccounts", new JsonObject { ["metadata"] = new JsonObject { ["name"] = "trainer" } }, cancellationToken);
        var created = new ReportingPod[runs * pods];
        var options = new ParallelOptions { MaxDegreeOfParallelism = CreatedAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, runs, options, async (run, stop) => await measured.Api.CreateAsync(
            $"apis/wandb-operator.io/v1alpha1/namespaces/{MeasuredOperator.Namespace}/wandbruns",
            new JsonObject
            {
                ["apiVersion"] = "wandb-operator.io/v1alpha1",
                ["kind"] = "WandbRun",
                ["metadata"] = new JsonObject { ["name"] = RunName(run) },
                ["spec"] = new JsonObject { ["project"] = "demo", ["summaryMetrics"] = new JsonArray("loss") },
            },
            stop));
        await Parallel.ForAsync(0, runs * pods, options, async (number, stop) =>
        {
            string run = RunName(number / pods);
            string name = string.Create(CultureInfo.InvariantCulture, $"{run}-{number % pods}");
            JsonObject pod = await measured.Api.CreateAsync($"{core}/pods", Pod(name, run), stop);
            var token = new JsonObject
            {
                ["spec"] = new JsonObject
                {
                    ["audiences"] = new JsonArray("wandb-operator"),
                    ["boundObjectRef"] = new JsonObject { ["kind"] = "Pod", ["apiVersion"] = "v1", ["name"] = name, ["uid"] = pod.Uid() },
                },
            };
            JsonObject issued = await measured.Api.CreateAsync($"{core}/serviceaccounts/trainer/token", token, stop);
            HttpClient client = await measured.ConnectAsync(HttpVersion.Version11, stop);
            created[number] = new ReportingPod(name, issued.Text("status", "token")!, client);
        });
        return created;
    }

    private static string RunName(int run) => string.Create(CultureInfo.InvariantCulture, $"run-{run:0000}");

    /// <summary>The webhook puts the agent in.</summary>
    private static JsonObject Pod(string name, string run) => new()
    {
        ["metadata"] = new JsonObject { ["name"] = name, ["annotations"] = new JsonObject { ["wandb-operator.io/run"] = run } },
        ["spec"] = new JsonObject
        {
            ["serviceAccountName"] = "trainer",
            ["restartPolicy"] = "Never",
            ["containers"] = new JsonArray(new JsonObject { ["name"] = "trainer", ["image"] = "trainer" }),
        },
    };

    /// <summary>The agent of one pod, as far as the operator sees it.</summary>
    private sealed class ReportingPod(string name, string token, HttpClient client) : IDisposable
    {
        private readonly DateTimeOffset begun = TimeProvider.System.GetUtcNow();

        /// <returns>False: it is to come again, because the API server did not answer in time.</returns>
        /// <exception cref="HttpRequestException">It is refused.</exception>
        public async Task<bool> ReportAsync(CancellationToken cancellationToken)
        {
            DateTimeOffset now = TimeProvider.System.GetUtcNow();
            long rows = 100 + (long)(100 * (now - begun).TotalSeconds);
            var report = new AgentReport
            {
                AgentVersion = "1",
                SentAt = now,
                State = AgentState.Following,
                Backend = new BackendReport { BaseUrl = new Uri("https://wandb.example"), State = BackendState.Reachable, Since = begun },
                Runs =
                [
                    new ReportedRun
                    {
                        Id = name,
                        Entity = "team",
                        Project = "demo",
                        Container = "trainer",
                        File = $"/wandb-operator/runs/wandb/offline-run-20261128_120000-{name}/run-{name}.wandb",
                        Url = new Uri($"https://wandb.example/team/demo/runs/{name}"),
                        State = ReportedRunState.Running,
                        StartedAt = begun,
                        LastStep = rows - 1,
                        RowsRead = rows,
                        RowsAcknowledged = rows - 40,
                        BytesRead = rows * 900,
                        LagSeconds = 0.7,
                        Summary = new Dictionary<string, JsonElement>(StringComparer.Ordinal) { ["loss"] = JsonSerializer.SerializeToElement(1.0 / rows) },
                    },
                ],
            };
            using var request = new HttpRequestMessage(HttpMethod.Post, AgentPaths.ReportPath);
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            request.Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(report, ContractJson.Default.AgentReport));
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            using HttpResponseMessage response = await client.SendAsync(request, cancellationToken);
            if (!response.IsSuccessStatusCode && response.StatusCode != HttpStatusCode.ServiceUnavailable)
            {
                throw new HttpRequestException($"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync(cancellationToken)}");
            }

            return response.IsSuccessStatusCode;
        }

        /// <summary>The same pod with another receiver.</summary>
        public ReportingPod To(HttpClient another) => new(name, token, another);

        public void Dispose() => client.Dispose();
    }
}
