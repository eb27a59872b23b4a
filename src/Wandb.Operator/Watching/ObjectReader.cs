using System.Text.Json;

namespace Wandb.Operator.Watching;

/// <summary>Reduces objects; one that cannot be read is left out, counted and told, so that it does not stop the others.</summary>
internal sealed class ObjectReader<T>(WatchedResource<T> resource, OperatorMetrics metrics, ILogger log)
    where T : class
{
    /// <returns>Value null: not to be kept.</returns>
    /// <exception cref="JsonException">It is no object of Kubernetes at all.</exception>
    public (ObjectHead Head, T? Value) Read(JsonElement element)
    {
        var head = ObjectHead.Read(element);
        try
        {
            return (head, resource.Read(element));
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException or KeyNotFoundException)
        {
            metrics.UnreadableObject(resource.Name);
            log.UnreadableObject(head.Key.Namespace, head.Key.Name, resource.Name, exception.Message);
            return (head, null);
        }
    }
}
