using System.Text.Json.Nodes;
using Wandb.Sandbox.Cluster.Kinds;

namespace Wandb.Sandbox.Cluster.Api;

/// <summary>A refusal as the API tells it (metav1.Status). Clients decide by code and reason, people read the message.</summary>
internal sealed record ApiStatus(int Code, string Reason, string Message)
{
    public JsonObject? Details { get; init; }

    public static ApiStatus BadRequest(string message) => new(400, "BadRequest", message);

    public static ApiStatus Unauthorized() => new(401, "Unauthorized", "Unauthorized");

    public static ApiStatus PathNotFound() => new(404, "NotFound", "the server could not find the requested resource");

    public static ApiStatus NotFound(ResourceKind kind, string name) =>
        new(404, "NotFound", $"{kind.Id} \"{name}\" not found") { Details = DetailsOf(kind, name) };

    public static ApiStatus MethodNotAllowed() => new(405, "MethodNotAllowed", "the server does not allow this method on the requested resource");

    public static ApiStatus AlreadyExists(ResourceKind kind, string name) =>
        new(409, "AlreadyExists", $"{kind.Id} \"{name}\" already exists") { Details = DetailsOf(kind, name) };

    public static ApiStatus Conflict(ResourceKind kind, string name, string why) =>
        new(409, "Conflict", $"Operation cannot be fulfilled on {kind.Id} \"{name}\": {why}") { Details = DetailsOf(kind, name) };

    public static ApiStatus Changed(ResourceKind kind, string name) =>
        Conflict(kind, name, "the object has been modified; please apply your changes to the latest version and try again");

    public static ApiStatus Forbidden(ResourceKind kind, string name, string why) =>
        new(403, "Forbidden", $"{kind.Id} \"{name}\" is forbidden: {why}") { Details = DetailsOf(kind, name) };

    /// <summary>A continue token or version that is forgotten.</summary>
    public static ApiStatus Expired(string message) => new(410, "Expired", message);

    public static ApiStatus UnsupportedMediaType(string type, string supported) =>
        new(415, "UnsupportedMediaType", $"the body of the request was in an unknown format - accepted media types include: {supported} (was {type})");

    public static ApiStatus Invalid(ResourceKind kind, string name, IReadOnlyList<FieldProblem> problems)
    {
        var text = problems.Count == 1 ? problems[0].Text : "[" + string.Join(", ", problems.Select(problem => problem.Text)) + "]";
        var details = DetailsOf(kind, name);
        details["kind"] = kind.Kind;
        details["causes"] = new JsonArray([.. problems.Select(problem => problem.ToCause())]);
        var subject = kind.Group.Length == 0 ? kind.Kind : $"{kind.Kind}.{kind.Group}";
        return new ApiStatus(422, "Invalid", $"{subject} \"{name}\" is invalid: {text}") { Details = details };
    }

    public static ApiStatus Internal(string message) => new(500, "InternalError", "Internal error occurred: " + message);

    public JsonObject ToJson() => new()
    {
        ["kind"] = "Status",
        ["apiVersion"] = "v1",
        ["metadata"] = new JsonObject(),
        ["status"] = "Failure",
        ["message"] = Message,
        ["reason"] = Reason,
        ["details"] = Details?.DeepClone(),
        ["code"] = Code,
    };

    private static JsonObject DetailsOf(ResourceKind kind, string name) => new() { ["name"] = name, ["group"] = kind.Group, ["kind"] = kind.Plural };
}
