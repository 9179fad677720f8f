/// A web app of one jar that shows which release answers. Start reading at [hello.Main].
package hello;
