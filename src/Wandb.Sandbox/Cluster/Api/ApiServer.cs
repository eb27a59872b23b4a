using System.Diagnostics.CodeAnalysis;
using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Wandb.Sandbox.Cluster.Kinds;
using Wandb.Sandbox.Cluster.Kubelet;

namespace Wandb.Sandbox.Cluster.Api;

/// <summary>One request: 1. who asks; 2. faults; 3. what for; 4. watch and logs are streams; 5. everything else is one answer.</summary>
internal sealed class ApiServer(ClusterParts parts, ResourceEndpoint resources, WatchAnswer watches, LogAnswer logs, string adminToken, Action<ClusterRequest>? onRequest)
{
    [SuppressMessage("Design", "CA1031", Justification = "Boundary of a request: a mistake of this server is answered as 500 with its text.")]
    public async Task HandleAsync(HttpContext context)
    {
        try
        {
            await AnswerAsync(context);
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested || context.Response.HasStarted)
        {
            // The client went away, or a fault cut its watch.
            context.Abort();
        }
        catch (Exception error)
        {
            await SendAsync(context, new ApiResult.Refused(ApiStatus.Internal(error.ToString())), ObjectView.Full, null);
        }
    }

    private async Task AnswerAsync(HttpContext context)
    {
        // 1.
        var path = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.Split('?')[0];
        var isHealth = path is "/healthz" or "/livez" or "/readyz";
        if (!isHealth && !IsKnown(context.Request))
        {
            await SendAsync(context, new ApiResult.Refused(ApiStatus.Unauthorized()), ObjectView.Full, null);
            return;
        }

        // 2.
        if (parts.Faults.Delay > TimeSpan.Zero)
        {
            await Task.Delay(parts.Faults.Delay, parts.Time, context.RequestAborted);
        }

        // 3.
        var view = TableView.Wanted(context.Request.Headers.Accept.ToString());
        switch (ApiTarget.Of(path, parts.Registry))
        {
            case ApiTarget.Document when isHealth:
                await context.Response.WriteAsync("ok", context.RequestAborted);
                break;
            case ApiTarget.Document document:
                var found = Discovery.Document(document.Path, parts.Registry.All, context.Request.Host.Value ?? "");
                await SendAsync(context, found is null ? new ApiResult.Refused(ApiStatus.PathNotFound()) : new ApiResult.Done(200, found), ObjectView.Full, null);
                break;
            case ApiTarget.Resource target:
                await AnswerAsync(context, target, view);
                break;
            default:
                await SendAsync(context, new ApiResult.Refused(ApiStatus.PathNotFound()), ObjectView.Full, null);
                break;
        }
    }

    private async Task AnswerAsync(HttpContext context, ApiTarget.Resource target, ObjectView view)
    {
        var http = context.Request;
        onRequest?.Invoke(ClusterRequest.Of(http, target));

        // 4.
        if (http.Method == "GET" && http.Query["watch"].ToString() is "true" or "1")
        {
            if (ListQuery.Parse(http.Query, target.Kind, target.Name, out var problem) is not { } query)
            {
                await SendAsync(context, new ApiResult.Refused(ApiStatus.BadRequest(problem)), ObjectView.Full, null);
                return;
            }

            await watches.WriteAsync(context, target.Kind, target.Namespace, query, view);
            return;
        }

        if (target is { Kind.Id: "pods", Name: { } pod, Subresource: "log" } && http.Method == "GET")
        {
            if (await logs.WriteAsync(context, target.Namespace ?? "", pod) is { } refusal)
            {
                await SendAsync(context, new ApiResult.Refused(refusal), ObjectView.Full, null);
            }

            return;
        }

        // 5.
        if (http.Method is "PUT" or "PATCH" && parts.Faults.AreWritesRefused)
        {
            await SendAsync(context, new ApiResult.Refused(ApiStatus.Changed(target.Kind, target.Name ?? "")), ObjectView.Full, null);
            return;
        }

        var result = await resources.HandleAsync(http, target, view, context.RequestAborted);

        // A list has its view already.
        await SendAsync(context, result, target.Name is null && http.Method != "POST" ? ObjectView.Full : view, target.Kind);
    }

    private bool IsKnown(HttpRequest request)
    {
        const string scheme = "Bearer ";
        var header = request.Headers.Authorization.ToString();
        return header.StartsWith(scheme, StringComparison.Ordinal)
            && (header[scheme.Length..] == adminToken || parts.Tokens.Check(header[scheme.Length..], []).Claims is not null);
    }

    private async Task SendAsync(HttpContext context, ApiResult result, ObjectView view, ResourceKind? kind)
    {
        var (code, body) = result switch
        {
            ApiResult.Done done => (done.Code, done.Body),
            ApiResult.Refused refused => (refused.Status.Code, refused.Status.ToJson()),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        if (result is ApiResult.Done && kind is not null && body["metadata"] is not null && body["kind"]?.GetValue<string>() == kind.Kind)
        {
            body = view switch
            {
                ObjectView.Table => TableView.Of(kind, [body], [], context.Request.Query["includeObject"], parts.Time.GetUtcNow()),
                ObjectView.Metadata => TableView.MetadataOf(body),
                _ => body,
            };
        }

        var bytes = Encoding.UTF8.GetBytes(body.ToJsonString());
        context.Response.StatusCode = code;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = bytes.Length;
        await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
    }
}
