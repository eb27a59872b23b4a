using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Wandb.Sandbox.Cluster.Storage;

namespace Wandb.Benchmarks.Operators;

/// <summary>An operator as a process of its own, what reviews are about (profile, WandbRun, Job), and one review of a pod of 10 KB that it injects into.</summary>
internal sealed class MeasuredAdmission : IAsyncDisposable
{
    private const string Run = "train";

    private readonly MeasuredOperator measured;
    private readonly byte[] review;

    private MeasuredAdmission(MeasuredOperator measured, byte[] review, HttpClient client, string answer) =>
        (this.measured, this.review, Client, Answer) = (measured, review, client, answer);

    /// <summary>Of the operator, as the API server: HTTP/2, one connection.</summary>
    public HttpClient Client { get; }

    /// <summary>Of the operator to the review.</summary>
    public string Answer { get; }

    public int ProcessId => measured.ProcessId;

    public TimeSpan StartUp => measured.StartUp;

    public TimeSpan StartUpCpu => measured.StartUpCpu;

    public int ReviewBytes => review.Length;

    public static async Task<MeasuredAdmission> StartAsync(OperatorChoice choice, CancellationToken cancellationToken)
    {
        MeasuredOperator measured = await MeasuredOperator.StartAsync(
            choice,
            async (started, stop) =>
            {
                using HttpClient first = await started.ConnectAsync(HttpVersion.Version20, stop);
                await FirstReviewAsync(first, stop);
            },
            cancellationToken);
        try
        {
            byte[] review = PodReview.Utf8(Run, await CreateAsync(measured, cancellationToken));
            HttpClient client = await measured.ConnectAsync(HttpVersion.Version20, cancellationToken);
            return new MeasuredAdmission(measured, review, client, await ReviewAsync(client, review, "JSONPatch", cancellationToken));
        }
        catch
        {
            await measured.DisposeAsync();
            throw;
        }
    }

    /// <summary>A review of a pod that has to do with nothing: any answer shows that there is somebody.</summary>
    /// <exception cref="HttpRequestException">There is no answer.</exception>
    public static Task FirstReviewAsync(HttpClient client, CancellationToken cancellationToken) =>
        ReviewAsync(client, PodReview.Utf8("nobody", "u0"), "", cancellationToken);

    /// <exception cref="HttpRequestException">There is no answer, or one without a patch.</exception>
    public Task ReviewAsync(HttpClient client, CancellationToken cancellationToken) => ReviewAsync(client, review, "JSONPatch", cancellationToken);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await measured.DisposeAsync();
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
}
