using System.Text;

namespace Wandb.Operator.Serving;

/// <summary>
/// <c>/healthz</c>: the process answers. <c>/readyz</c>: it can do its work; 503 otherwise. Both say in words what there is and what is
/// missing, one line each.
/// </summary>
internal sealed class HealthEndpoints(IEnumerable<IReadiness> readiness)
{
    public const string Health = "/healthz";
    public const string Readiness = "/readyz";

    private readonly IReadiness[] _readiness = [.. readiness];

    public bool IsReady => _readiness.All(one => one.IsReady);

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Health, context => context.Response.WriteAsync("ok\n", context.RequestAborted));
        routes.MapGet(Readiness, AnswerAsync);
    }

    private Task AnswerAsync(HttpContext context)
    {
        var text = new StringBuilder();
        var isReady = true;
        foreach (var one in _readiness)
        {
            // One look: between two it may have become ready.
            var reason = one.Reason;
            isReady &= reason is null;
            text.Append(reason is null ? "[+] " : "[-] ").Append(one.Name).Append(reason is null ? " ok" : ": " + reason).Append('\n');
        }
        text.Append(isReady ? "ready\n" : "not ready\n");
        context.Response.StatusCode = isReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        return context.Response.WriteAsync(text.ToString(), context.RequestAborted);
    }
}
