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

    public static Command Create()
    {
        Option<int> rate = Number("--rate", 500, "Reviews a second.");
        Option<int> seconds = Number("--seconds", 20, "How long is measured.");
        Option<int> warmUp = Number("--warm-up", 10, "Seconds at the same rate before.");
        var command = new Command("admissions", "Measure the operator at reviews of pods of 10 KB over TLS: CPU of each, delay, memory, start; prints a Markdown table.") { rate, seconds, warmUp };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await MeasureAsync(
                parsed.GetValue(rate), TimeSpan.FromSeconds(parsed.GetValue(seconds)), TimeSpan.FromSeconds(parsed.GetValue(warmUp)), cancellationToken);
            return 0;
        });
        return command;
    }

    public static Option<int> Number(string name, int value, string description) =>
        new(name) { Description = $"{description} Default {value}.", DefaultValueFactory = _ => value };

    private static async Task MeasureAsync(int rate, TimeSpan duration, TimeSpan warmUp, CancellationToken cancellationToken)
    {
        byte[] stranger = PodReview.Utf8("nobody", "u0");
        await using MeasuredOperator measured = await MeasuredOperator.StartAsync(
            async (started, stop) =>
            {
                using HttpClient first = await started.ConnectAsync(HttpVersion.Version20, stop);
                await ReviewAsync(first, stranger, "", stop);
            },
            cancellationToken);
        await measured.Api.ApplyAsync(Manifest("wandb-operator.io/v1alpha1", "WandbProfile", "default", new JsonObject { ["baseUrl"] = "https://wandb.example", ["entity"] = "team", ["apiKeySecretRef"] = new JsonObject { ["name"] = "key" } }), null, cancellationToken);
        await measured.Api.ApplyAsync(Manifest("wandb-operator.io/v1alpha1", "WandbRun", Run, new JsonObject { ["project"] = "demo", ["tags"] = new JsonArray("a", "b") }), null, cancellationToken);
        var template = new JsonObject
        {
            ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { ["wandb-operator.io/run"] = Run } },
            ["spec"] = new JsonObject { ["restartPolicy"] = "Never", ["containers"] = new JsonArray(new JsonObject { ["name"] = "trainer", ["image"] = "i" }) },
        };
        await measured.Api.ApplyAsync(Manifest("batch/v1", "Job", "train", new JsonObject { ["suspend"] = true, ["template"] = template }), null, cancellationToken);
        JsonObject job = (await measured.Api.FindAsync($"apis/batch/v1/namespaces/{MeasuredOperator.Namespace}/jobs/train", cancellationToken))!;

        byte[] review = PodReview.Utf8(Run, job.Uid());
        using HttpClient client = await measured.ConnectAsync(HttpVersion.Version20, cancellationToken);
        Task SendAsync(int number, CancellationToken stop) => ReviewAsync(client, review, "JSONPatch", stop);
        await SteadyLoad.RunAsync(rate, warmUp, SendAsync, cancellationToken);
        IReadOnlyList<long> delays = [];
        OperatorUse use = await OperatorUse.DuringAsync(
            measured.ProcessId, async () => delays = await SteadyLoad.RunAsync(rate, duration, SendAsync, cancellationToken));

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{rate} reviews/s of {review.Length} bytes over TLS, HTTP/2, one connection, {Environment.ProcessorCount} cores"));
        Console.WriteLine();
        Console.WriteLine("| | |\n|---|---:|");
        Console.WriteLine(FormattableString.Invariant($"| start to first answer, s | {measured.StartUp.TotalSeconds:0.00} |"));
        Console.WriteLine(FormattableString.Invariant($"| reviews answered a second | {delays.Count / use.Elapsed.TotalSeconds:0} |"));
        Console.WriteLine(FormattableString.Invariant($"| CPU of a review, ms | {use.Cpu.TotalMilliseconds / delays.Count:0.000} |"));
        Console.WriteLine(string.Join(Environment.NewLine, SteadyLoad.Rows(delays).Concat(use.Rows())));
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

    /// <exception cref="HttpRequestException">There is no answer, or another one than the measurement is about.</exception>
    private static async Task ReviewAsync(HttpClient client, byte[] review, string wanted, CancellationToken cancellationToken)
    {
        using var content = new ByteArrayContent(review);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using HttpResponseMessage response = await client.PostAsync(new Uri("/admission/pods", UriKind.Relative), content, cancellationToken);
        string answer = await response.Content.ReadAsStringAsync(cancellationToken);
        if (!response.IsSuccessStatusCode || !answer.Contains(wanted, StringComparison.Ordinal))
        {
            throw new HttpRequestException($"{(int)response.StatusCode} {answer}");
        }
    }
}
