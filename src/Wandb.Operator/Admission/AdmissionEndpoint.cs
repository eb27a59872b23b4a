using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Wandb.Operator.Injection;

namespace Wandb.Operator.Admission;

/// <summary>
/// Reads a review, gathers, decides, answers. The only place that fails open: whatever goes wrong here, the pod starts, unless it says itself
/// that it must not start without us.
/// </summary>
internal sealed class AdmissionEndpoint(IPodSurroundings surroundings, IAdmissionOutcomes outcomes, TimeProvider time, ILogger<AdmissionEndpoint> log)
{
    public const string PodPath = "/admission/pods";
    public const string JobPath = "/admission/jobs";

    /// <summary>An object has at most about 1.5 MiB in etcd; a review carries it once at creation.</summary>
    public const int MaxBodyBytes = 4 << 20;

    /// <summary>Below the 3 s of the webhook, so that our own answer comes first.</summary>
    public static readonly TimeSpan GatherLimit = TimeSpan.FromSeconds(2);

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost(PodPath, context => AnswerAsync(context, "Pod"));
        routes.MapPost(JobPath, context => AnswerAsync(context, "Job"));
    }

    /// <param name="kind"><c>Pod</c> or <c>Job</c>.</param>
    public async Task AnswerAsync(HttpContext context, string kind)
    {
        var began = time.GetTimestamp();
        if (await ReadAsync(context) is not { } request)
            return;
        var decision = request.Operation == "CREATE"
            ? await DecideAsync(kind, request, context.RequestAborted)
            : new AdmissionDecision.Allow("only what is created is looked at");
        await context.Response.WriteAsJsonAsync(
            AdmissionAnswer.For(request.Uid!, decision), OperatorJson.Default.AdmissionReview, cancellationToken: context.RequestAborted);
        outcomes.Record(new AdmissionOutcome
        {
            Kind = kind,
            Namespace = request.Namespace ?? "",
            Object = request.Object!,
            Decision = decision,
            IsDryRun = request.DryRun ?? false,
            Duration = time.GetElapsedTime(began),
        });
    }

    /// <returns>Null: the answer, 400 or 413, is given.</returns>
    private async Task<AdmissionReview.AdmissionRequest?> ReadAsync(HttpContext context)
    {
        if (context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = MaxBodyBytes;
        try
        {
            var review = await JsonSerializer.DeserializeAsync(context.Request.Body, OperatorJson.Default.AdmissionReview, context.RequestAborted);
            if (review is { Request: { Uid: not null, Object: not null } request })
                return request;
            await RefuseAsync(context, StatusCodes.Status400BadRequest, "no AdmissionReview with a request, a uid and an object");
        }
        catch (JsonException exception)
        {
            log.UnreadableReview(exception.Message);
            await RefuseAsync(context, StatusCodes.Status400BadRequest, "no JSON of an AdmissionReview");
        }
        catch (BadHttpRequestException exception)
        {
            log.UnreadableReview(exception.Message);
            await RefuseAsync(context, exception.StatusCode, "the body cannot be read");
        }
        return null;
    }

    [SuppressMessage("Design", "CA1031", Justification = "Boundary of one review: a mistake of ours must not keep a pod from starting; it is logged, counted and told.")]
    private async ValueTask<AdmissionDecision> DecideAsync(string kind, AdmissionReview.AdmissionRequest request, CancellationToken aborted)
    {
        var pod = request.Object!;
        try
        {
            if (kind == "Job")
                return JobAdmission.Decide(pod);
            if (PodAdmission.RunName(pod) is null)
                return new AdmissionDecision.Allow("the pod does not ask");
            using var limit = new CancellationTokenSource(GatherLimit, time);
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, aborted);
            return PodAdmission.Decide(pod, await surroundings.GatherAsync(request.Namespace ?? "", pod, stop.Token));
        }
        catch (OperationCanceledException) when (aborted.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception exception)
        {
            log.ReviewFailed(exception, kind, request.Namespace ?? "");
            return Failed(kind, new PodView(pod));
        }
    }

    private static AdmissionDecision Failed(string kind, PodView pod)
    {
        Problem[] problems = [new(ProblemReasons.OperatorFailed, "wandb-operator could not decide; its log says why")];
        if (InjectionAnnotations.Required(pod.Annotations) ?? false)
            return new AdmissionDecision.Deny(problems);
        return new AdmissionDecision.Miss(problems, kind == "Pod" && InjectionAnnotations.Asks(pod.Annotations) ? PodPatch.Missed(pod, problems) : []);
    }

    private static async Task RefuseAsync(HttpContext context, int status, string message)
    {
        context.Response.StatusCode = status;
        await context.Response.WriteAsync(message, context.RequestAborted);
    }
}
