using System.Text.RegularExpressions;

namespace Wandb.Sandbox.Cluster.Api;

/// <summary>A request as an authorizer of Kubernetes sees it (docs, "Authorization", request attributes).</summary>
/// <param name="Client">First word of the User-Agent.</param>
/// <param name="Verb">get, list, watch, create, update, patch, delete, deletecollection.</param>
/// <param name="Resource">With its subresource: "pods", "wandbruns/status".</param>
/// <param name="Namespace">"" for all namespaces, and for kinds without.</param>
/// <param name="Name">"" when none is named. A list or watch of one name by its field selector names it.</param>
internal sealed partial record ClusterRequest(string Client, string Verb, string Group, string Resource, string Namespace, string Name)
{
    public static ClusterRequest Of(HttpRequest http, ApiTarget.Resource target)
    {
        var name = target.Name ?? (http.Method == "GET" && OneName().Match(http.Query["fieldSelector"].ToString()) is { Success: true } one ? one.Groups[1].Value : "");
        var isWatch = http.Query["watch"].ToString() is "true" or "1";
        var verb = http.Method switch
        {
            "GET" when isWatch => "watch",
            "GET" => target.Name is null ? "list" : "get",
            "POST" => "create",
            "PUT" => "update",
            "PATCH" => "patch",
            "DELETE" => target.Name is null ? "deletecollection" : "delete",
            _ => http.Method,
        };
        var resource = target.Subresource.Length == 0 ? target.Kind.Plural : $"{target.Kind.Plural}/{target.Subresource}";
        return new ClusterRequest(http.Headers.UserAgent.ToString().Split(' ', '/')[0], verb, target.Kind.Group, resource, target.Namespace ?? "", name);
    }

    [GeneratedRegex(@"^metadata\.name=([^,!=]+)$")]
    private static partial Regex OneName();
}
