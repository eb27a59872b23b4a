using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Wandb.Sandbox.Cluster.Storage;

namespace Wandb.Benchmarks.Operators;

/// <summary>`admissions [--rate N] [--seconds N] [--warm-up N]`</summary>
internal static class AdmissionsCommand
{
    private const string Run = "train";

    // The machine's speed changes; what is compared shares its changes.
    private const int Rounds = 4;

    public static Command Create()
    {
        Option<int> rate = Number("--rate", 500, "Reviews a second.");
        Option<int> seconds = Number("--seconds", 20, "How long each of the two is measured.");
        Option<int> warmUp = Number("--warm-up", 20, "Seconds at the same rate before, for the compiler to be done.");
        Option<string[]> environment = Environment();
        var command = new Command(
            "admissions", "Measure the operator, and in turn with it a bare endpoint, at reviews of pods of 10 KB over TLS: CPU of each, delay, memory, start; prints a Markdown table.")
        { rate, seconds, warmUp, environment };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await MeasureAsync(
                parsed.GetRequiredValue(environment), parsed.GetValue(rate), TimeSpan.FromSeconds(parsed.GetValue(seconds)),
                TimeSpan.FromSeconds(parsed.GetValue(warmUp)), cancellationToken);
            return 0;
        });
        return command;
    }

    public static Option<int> Number(string name, int value, string description) =>
        new(name) { Description = $"{description} Default {value}.", DefaultValueFactory = _ => value };

    public static Option<string[]> Environment() => new("--environment")
    {
        Description = "NAME=VALUE for the operator's process, to try a setting of the runtime. May be repeated.",
        DefaultValueFactory = _ => [],
        Validators =
        {
            result =>
            {
                if (result.Tokens.FirstOrDefault(token => token.Value.IndexOf('=', StringComparison.Ordinal) < 1) is { } wrong)
                {
                    result.AddError($"--environment {wrong.Value} is not NAME=VALUE");
                }
            },
        },
    };

    private static async Task MeasureAsync(
        IReadOnlyList<string> environment, int rate, TimeSpan duration, TimeSpan warmUp, CancellationToken cancellationToken)
    {
        byte[] stranger = PodReview.Utf8("nobody", "u0");
        await using MeasuredOperator measured = await MeasuredOperator.StartAsync(
            environment,
            async (started, stop) =>
            {
                using HttpClient first = await started.ConnectAsync(HttpVersion.Version20, stop);
                await ReviewAsync(first, stranger, "", stop);
            },
            cancellationToken);
        byte[] review = PodReview.Utf8(Run, await CreateAsync(measured, cancellationToken));
        using HttpClient client = await measured.ConnectAsync(HttpVersion.Version20, cancellationToken);
        string answer = await ReviewAsync(client, review, "JSONPatch", cancellationToken);
        using MeasuredBare bare = await MeasuredBare.StartAsync(answer, (first, stop) => ReviewAsync(first, stranger, "", stop), cancellationToken);
        using HttpClient bareClient = bare.Connect(HttpVersion.Version20);

        async Task<OperatorUse> RoundAsync(int processId, HttpClient to, TimeSpan length, List<long>? delays) => await OperatorUse.DuringAsync(
            processId,
            async () =>
            {
                IReadOnlyList<long> some = await SteadyLoad.RunAsync(rate, length, (_, stop) => ReviewAsync(to, review, "JSONPatch", stop), cancellationToken);
                delays?.AddRange(some);
            });

        await RoundAsync(measured.ProcessId, client, warmUp, null);
        await RoundAsync(bare.ProcessId, bareClient, warmUp, null);
        (List<OperatorUse> uses, List<OperatorUse> bareUses, List<long> delays, List<long> bareDelays) = ([], [], [], []);
        for (int round = 0; round < Rounds; round++)
        {
            uses.Add(await RoundAsync(measured.ProcessId, client, duration / Rounds, delays));
            bareUses.Add(await RoundAsync(bare.ProcessId, bareClient, duration / Rounds, bareDelays));
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{rate} reviews/s of {review.Length} bytes over TLS, HTTP/2, one connection, {System.Environment.ProcessorCount} cores; {Rounds} rounds in turn"));
        Console.WriteLine();
        Console.WriteLine(Comparison(
            new Side(measured.StartUp, measured.StartUpCpu, OperatorUse.Sum(uses), delays), new Side(bare.StartUp, bare.StartUpCpu, OperatorUse.Sum(bareUses), bareDelays)));
    }

    /// <summary>A Markdown table; the ratio says how many times as much the operator takes.</summary>
    private static string Comparison(Side ours, Side bare)
    {
        string Row(string what, Func<Side, double> figure, string format) => string.Create(
            CultureInfo.InvariantCulture,
            $"| {what} | {figure(ours).ToString(format, CultureInfo.InvariantCulture)} | {figure(bare).ToString(format, CultureInfo.InvariantCulture)} | {figure(ours) / figure(bare):0.00} |");
        return string.Join(
            System.Environment.NewLine,
            "| | operator | bare | ratio |",
            "|---|---:|---:|---:|",
            Row("CPU of a review, ms", side => side.Use.Cpu.TotalMilliseconds / side.Delays.Count, "0.000"),
            Row("RSS at the end, MB", side => side.Use.RssBytes / 1e6, "0.0"),
            Row("peak RSS, MB", side => side.Use.PeakBytes / 1e6, "0.0"),
            Row("start to first answer, s", side => side.StartUp.TotalSeconds, "0.00"),
            Row("the same, CPU", side => side.StartUpCpu.TotalSeconds, "0.00"),
            Row("reviews answered a second", side => side.Delays.Count / side.Use.Elapsed.TotalSeconds, "0"),
            Row("answer p50, ms", side => SteadyLoad.Milliseconds(side.Delays, 0.5), "0.00"),
            Row("answer p99, ms", side => SteadyLoad.Milliseconds(side.Delays, 0.99), "0.00"),
            $"| load before and after | {ours.Use.Load} | {bare.Use.Load} | |");
    }

    /// <summary>What the reviews are about: profile, WandbRun and Job.</summary>
    /// <returns>UID of the Job.</returns>
    private static async Task<string> CreateAsync(MeasuredOperator measured, CancellationToken cancellationToken)
    {
        await measured.Api.ApplyAsync(Manifest("wandb-operator.io/v1alpha1", "WandbProfile", "default", new JsonObject { ["baseUrl"] = "https://wandb.example", ["entity"] = "team", ["apiKeySecretRef"] = new JsonObject { ["name"] = "key" } }), null, cancellationToken);
        await measured.Api.ApplyAsync(Manifest("wandb-operator.io/v1alpha1", "WandbRun", Run, new JsonObject { ["project"] = "demo", ["tags"] = new JsonArray("a", "b") }), null, cancellationToken);
        var template = new JsonObject
        {
            ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { ["wandb-operator.io/run"] = Run } },
            ["spec"] = new JsonObject { ["restartPolicy"] = "Never", ["containers"] = new JsonArray(new JsonObject { ["name"] = "trainer", ["image"] = "i" }) },
        };
        await measured.Api.ApplyAsync(Manifest("batch/v1", "Job", "train", new JsonObject { ["suspend"] = true, ["template"] = template }), null, cancellationToken);
        return (await measured.Api.FindAsync($"apis/batch/v1/namespaces/{MeasuredOperator.Namespace}/jobs/train", cancellationToken))!.Uid();
    }

    private static JsonObject Manifest(string version, string kind, string name, JsonObject spec) => new()
    {
        ["apiVersion"] = version,
        ["kind"] = kind,
        ["metadata"] = new JsonObject
        {
            ["name"] = name,
            ["namespace"] = MeasuredOperator.Namespace,
            ["annotations"] = new JsonObject { ["wandb-operator.io/run"] = Run },
        },
        ["spec"] = spec,
    };

    /// <returns>The answer.</returns>
    /// <exception cref="HttpRequestException">There is no answer, or another one than the measurement is about.</exception>
    private static async Task<string> ReviewAsync(HttpClient client, byte[] review, string wanted, CancellationToken cancellationToken)
    {
        using var content = new ByteArrayContent(review);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using HttpResponseMessage response = await client.PostAsync(new Uri("/admission/pods", UriKind.Relative), content, cancellationToken);
        string answer = await response.Content.ReadAsStringAsync(cancellationToken);
        if (!response.IsSuccessStatusCode || !answer.Contains(wanted, StringComparison.Ordinal))
        {
            throw new HttpRequestException($"{(int)response.StatusCode} {answer}");
        }

        return answer;
    }

    /// <param name="Delays">Of all rounds.</param>
    private sealed record Side(TimeSpan StartUp, TimeSpan StartUpCpu, OperatorUse Use, IReadOnlyList<long> Delays);
}
